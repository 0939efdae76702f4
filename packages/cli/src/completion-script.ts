import type { Command } from 'commander';

/** The words that may follow each command, by the command's own words: `server` has `start`, `stop` and so on. */
function wordsOf(command: Command, path: readonly string[] = []): Map<string, string[]> {
  const options = [...command.options, ...(command.parent?.options ?? [])].flatMap(({ long }) => long ?? []);
  const words = [...command.commands.map((sub) => sub.name()), ...options, '--help'];
  const below = command.commands.flatMap((sub) => [...wordsOf(sub, [...path, sub.name()])]);
  return new Map([[path.join(' '), [...new Set(words)]], ...below]);
}

/** A script that completes commands and options, and file names where those are none. */
export function completionScript(program: Command, shell: 'bash' | 'zsh' | 'fish'): string {
  const words = wordsOf(program);
  if (shell === 'fish') return fish(program.name(), words);
  const cases = [...words].map(([path, list]) => `    "${path}") words="${list.join(' ')}" ;;`).join('\n');
  const script = `_cc_executor() {
  local path="" word words current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " ${[...words.keys()].filter((path) => path !== '').join(' | ')} " in
      *" \${path:+$path }$word "*) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _cc_executor ${program.name()}
`;
  return shell === 'bash' ? script : `autoload -U +X bashcompinit && bashcompinit\n${script}`;
}

function fish(name: string, words: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...words].flatMap(([path, list]) => {
    const seen = path.split(' ').filter((word) => word !== '');
    const condition =
      seen.length === 0
        ? '__fish_use_subcommand'
        : seen.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    return list.map((word) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c ${name} -n '${condition}' ${what}`;
    });
  });
  return `${lines.join('\n')}\n`;
}
