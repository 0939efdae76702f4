/** Returns the words of a command line, without those that do not distinguish runs. */
export function wordsOf(command: string): string[] {
  const plain = command
    .trim()
    .replace(/^\$ /, '')
    .replace(/^cd [^&;|\n]+(?:&&|;|\n)\s*/, '')
    .replace(/2>&1$/, '')
    .replace(/\b(npm|pnpm|yarn|bun) run (?=[\w:-])/g, '$1 ')
    .replace(/["'`]/g, '');
  return plain.split(/\s+/).filter((word) => word !== '');
}

/** Returns whether all words of a claim are among those of a run, in order. */
export function isPartOf(claimed: readonly string[], run: readonly string[]): boolean {
  let at = 0;
  for (const word of run) if (word === claimed[at]) at += 1;
  return at === claimed.length;
}

/** Returns whether a command line is a single command, whose exit code is its own. */
export function isSingle(command: string): boolean {
  const [first = '', ...more] = command.trim().split('\n');
  const rest = first.replace(/^cd [^&;|\n]+(?:&&|;)\s*/, '').replace(/2>&1/g, '');
  return more.length === 0 && !/[;&|]/.test(rest);
}

/** Programs that only run tests. */
const RUNNERS =
  /^(?:py\.?test|unittest|jest|vitest|mocha|ava|jasmine|rspec|phpunit|tox|nox|ctest|playwright|cypress)$/;
/** Programs that run tests if one of their words says so. */
const MANAGERS =
  /^(?:npm|pnpm|yarn|bun|deno|node|go|cargo|make|mvn|gradlew?|dotnet|swift|mix|sbt|stack|cabal|rake|rails|composer|just|task|bazel|zig|dart|flutter)$/;
const TEST_WORD = /^(?:--)?tests?(?::[\w:-]+)?$/;
/** Words that may precede a program. */
const BEFORE =
  /^(?:\w+=.*|time|sudo|env|npx|bunx|pnpx|exec|dlx|uvx?|poetry|pipenv|run|bundle|python[\d.]*|-m)$/;
/** Commands that may run tests. */
const MAYBE_TESTS =
  /test|spec|check|verif|valid|lint|ci\b|make|ninja|mvn|gradle|bazel|cargo|tox|nox|rake|just|task|run|\.sh\b|\.py\b|\.[cm]?[jt]s\b|node|python|go |dotnet|swift|mix|sbt|stack|cabal/i;

/** Returns whether a command line runs tests, by common names. */
export function runsTests(command: string): boolean {
  return command.split(/&&|\|\||[;|\n]/).some((part) => {
    const words = wordsOf(part);
    const [program = '', ...rest] = words.slice(words.findIndex((word) => !BEFORE.test(word)));
    const name = program.split('/').at(-1) ?? '';
    if (RUNNERS.test(name)) return true;
    const next = rest.find((word) => !BEFORE.test(word)) ?? '';
    return MANAGERS.test(name) && (RUNNERS.test(next) || rest.some((word) => TEST_WORD.test(word)));
  });
}

/** Returns whether it may run tests. */
export function mayRunTests(command: string): boolean {
  return MAYBE_TESTS.test(command);
}
