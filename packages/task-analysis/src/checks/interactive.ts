import { commandsOf, type CommandWords } from '../commands/command-words.ts';
import type { Rule } from './rule.ts';
import { quote } from './quote.ts';

/** Programs that use the whole terminal or wait for input, and the options with which they do not. */
const SCREENS =
  /^(?:nano|pico|less|more|htop|btop|man|tmux|screen|mc|ncdu|passwd|visudo|gdb|lldb|watch|telnet|ftp|sftp|fzf|tig|lazygit|nethack|mutt)$/;
const UNATTENDED: readonly (readonly [program: RegExp, option: RegExp])[] = [
  [/^(?:vim?|nvim)$/, /^-(?:e|es|Es|s)$/],
  [/^top$/, /[bl]/],
  [/^emacs$/, /batch/],
  [SCREENS, /^(?:--help|--version|-V)$/],
];
const SHELLS =
  /^(?:python3?|node|irb|ghci|bash|sh|zsh|fish|psql|mysql|mongosh?|redis-cli|sqlite3|deno|php|lua|julia|R|scala|ipython|bc)$/;
/** Options without which a program prompts. */
const ASKS: readonly (readonly [program: string, words: RegExp, unless: RegExp])[] = [
  [
    'git',
    /^(?:rebase|add|commit|stash|checkout|reset|clean)\b/,
    /^(?!.*(?:^| )(?:-\w*[ip]\b|--interactive|--patch))/,
  ],
  ['npm', /^(?:init|login|adduser)\b/, /(?:^| )(?:-y|--yes)\b/],
  ['docker', /^(?:run|exec)\b/, /^(?!.*(?:^| )(?:-\w*i?t\w*\b|--tty|--interactive))/],
  ['tail', /^/, /^(?!.*(?:^| )(?:-\w*[fF]\b|--follow))/],
  ['kubectl', /^(?:exec|edit)\b/, /^exec(?!.*(?:-\w*it\b|--tty))/],
  ['read', /^/, /$^/],
];

/** Finds a command that waits for a person, or never ends. */
export const interactiveCommand: Rule = (text) => {
  const commands = commandsOf(text);
  // A command that reads from a pipe has its input.
  const found = commands.find(
    (command, index) => isInteractive(command) && !(index > 0 && /\||<</.test(text)),
  );
  return found && !/<\s*\S|<</.test(text)
    ? `${quote([found.program, ...found.options, ...found.words].join(' '))} waits for somebody at a terminal, and nobody is there. Give it options that answer beforehand.`
    : null;
};

function isInteractive({ program, words, options }: CommandWords): boolean {
  const all = [...words.slice(0, 1), ...options, ...words.slice(1)].join(' ');
  if (program === 'crontab') return options.includes('-e');
  const screen = UNATTENDED.find(([name]) => name.test(program));
  if (screen) return !options.some((option) => screen[1].test(option));
  if (SHELLS.test(program))
    return (words.length === 0 && options.length === 0) || (options.includes('-i') && words.length === 0);
  if (program === 'ssh') return words.length <= 1 && !options.includes('-N');
  return ASKS.some(([name, first, unless]) => name === program && first.test(all) && !unless.test(all));
}

/** Instructions that need a terminal or a screen. */
const ORDERS = [
  /\b(?:open|edit|launch|start|use|run|in|with|type)\b[^.\n]{0,40}?\b(?:vim|nvim|nano|emacs|htop|less)\b(?! (?:plugin|mode|config|keybinding|binding|extension|than))/i,
  /\b(?:run|start|launch|open|use)\b[^.\n]{0,20}?\b(?:top|watch|(?:a|the) (?:python|node|mysql|psql|ruby|rails) (?:shell|repl|prompt))\b(?! (?:of|ten|five|\d))/i,
  /\b(?:run|use|execute|start|do|do an?)\b[^.\n]{0,20}?`?(?:git rebase (?:-i|--interactive)|interactive rebase|git add (?:-p|-i|--patch)|tail -[fF]|docker run -it|docker exec -it|npm init(?! -y)|ssh \S+@\S+)\b/i,
  /\b(?:answer|respond to) (?:the|its|all(?: the)?) (?:questions|prompts)\b/i,
  /\bssh (?:in)?to \S+/i,
  /\b(?:typ(?:e|ing)|enter(?:ing)?|press|key in)\b[^.\n]{0,30}?\b(?:when (?:prompted|asked)|in the (?:terminal|shell|prompt)|enter key|ctrl-?\w)\b/i,
  /\b(?:open|in) (?:the|a|my) (?:page |site |app )?(?:in the )?browser and (?:click|log|type|watch|look)\b|\bclick (?:on )?the \w+ button until\b/i,
  /\b(?:watch|monitor|observe|keep an eye on)\b[^.\n]{0,40}?\b(?:for a while|forever|continuously|all (?:day|night)|until (?:i|you are told))\b/i,
  /\b(?:keep|leave) (?:it|them|the (?:\w+ )?(?:server|process|app)) (?:running|up|open|alive)\b(?! (?:while|during|until|for))/i,
  /\binteractive(?:ly)? (?:session|wizard|setup|installer|shell|mode)\b/i,
];
/** Writing such a program, or about it, is not using it. */
const ABOUT =
  /\b(?:explain|describe|document|how|write|create|implement|add|build|what|why|test that|support)\b/i;

/** Finds "open it in vim": the agent has no terminal. */
export const interactivePrompt: Rule = (text) => {
  for (const order of ORDERS) {
    const found = order.exec(text);
    if (!found || ABOUT.test(startOfSentence(text, found.index))) continue;
    return `${quote(found[0])} needs somebody at a terminal, and nobody is there. Say what to change, and leave the way to the agent.`;
  }
  return null;
};

/** Returns the last characters of a sentence before a position. */
function startOfSentence(text: string, at: number): string {
  return (
    text
      .slice(Math.max(0, at - 80), at)
      .split(/[.\n]/)
      .at(-1) ?? ''
  );
}
