/** Words that may precede a program. */
const PREFIXES = new Set([
  'sudo',
  'time',
  'nice',
  'nohup',
  'exec',
  'env',
  'command',
  'npx',
  'bunx',
  'pnpx',
  'uvx',
]);
/** Programs whose first argument says what they do. */
const WITH_SUBCOMMAND = new Set(
  (
    'git npm pnpm yarn bun cargo go docker podman kubectl helm terraform make gmake just gradle gradlew mvn mvnw ' +
    'dotnet pip pip3 poetry uv apt apt-get brew systemctl gh aws gcloud az deno rails rake mix playwright cypress ' +
    'composer bundle tsc node python python3 docker-compose conda vite next turbo nx bazel swift flutter'
  ).split(' '),
);
const STRING = /^(?:"([^"]*)"|'([^']*)')$/;

/** One command of a command line. */
export interface CommandWords {
  /** The program, without its path. */
  program: string;
  /** Its arguments without options, which are separate. */
  words: string[];
  options: string[];
}

/** Returns the commands of a pipeline or sequence, with simple handling of quotes. */
export function commandsOf(line: string): CommandWords[] {
  const parts = line.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^"'\\;&|\n]|["'])+/g) ?? [];
  return parts.flatMap((part) => {
    const found = commandOf(part);
    return found ? [found] : [];
  });
}

function commandOf(part: string): CommandWords | null {
  const all = part.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|\S)+/g) ?? [];
  let at = 0;
  while (at < all.length && (PREFIXES.has(all[at] ?? '') || /^(?:\w+=|-|[<>(){}!])/.test(all[at] ?? '')))
    at += 1;
  const program =
    unquoted(all[at] ?? '')
      .split('/')
      .at(-1)
      ?.toLowerCase() ?? '';
  if (!program) return null;
  const rest = all.slice(at + 1).map(unquoted);
  return {
    program,
    words: rest.filter((word) => !word.startsWith('-')),
    options: rest.filter((word) => word.startsWith('-')),
  };
}

function unquoted(word: string): string {
  const [, double, single] = STRING.exec(word) ?? [];
  return double ?? single ?? word;
}

/** Returns the program with its subcommand, if any: `git commit`, `npm run build`, `pytest`. */
export function programAndSubcommand({ program, words, options }: CommandWords): string {
  if (/^python3?$/.test(program) && options.includes('-m')) return words[0] ?? program;
  if (!WITH_SUBCOMMAND.has(program)) return program;
  const script =
    words[0] === 'run' || words[0] === 'compose' || words[0] === 'exec'
      ? words.slice(0, 2)
      : words.slice(0, 1);
  return [program, ...script.filter((word) => /^[\w:.-]{1,40}$/.test(word))].join(' ');
}
