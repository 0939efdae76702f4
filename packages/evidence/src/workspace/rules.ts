import ignore, { type Ignore } from 'ignore';

/** Folders that tools make and remake; what git itself keeps is told by commits. */
const BY_NAME: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.pnpm-store',
  '.venv',
  'venv',
  '__pycache__',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.tox',
  '.cache',
  '.gradle',
  '.next',
  '.turbo',
  '.terraform',
]);

/** A longer .gitignore does not count. */
export const RULES_BYTES = 64 * 1024;
export const RULES_FILE = '.gitignore';

/** The rules that hold in one folder, the deepest first. `from`: how much of a path is the folder of the rules. */
export type Chain = readonly { from: number; rules: Ignore }[];

/** What of a workspace is not looked at: some folders by name, what a setting names, and what .gitignore files name. */
export class Rules {
  readonly #own: Ignore | null;
  readonly #byFolder = new Map<string, Ignore>();

  /** `more`: patterns as .gitignore has them. */
  constructor(more: readonly string[]) {
    this.#own = more.length === 0 ? null : toRules(more.join('\n'));
  }

  /** Counts the .gitignore of a folder from here on. */
  learn(folder: string, text: string): void {
    this.#byFolder.set(folder, toRules(text));
  }

  /** What holds in a folder, given what holds in the one that it is in. */
  chainIn(folder: string, outer: Chain): Chain {
    const rules = this.#byFolder.get(folder);
    return rules ? [{ from: folder === '' ? 0 : folder.length + 1, rules }, ...outer] : outer;
  }

  leavesOut(path: string, name: string, isFolder: boolean, chain: Chain): boolean {
    if (isFolder && BY_NAME.has(name)) return true;
    const asked = isFolder ? `${path}/` : path;
    if (this.#own?.ignores(asked) === true) return true;
    // A task that could hide this file could hide everything.
    if (name === RULES_FILE) return false;
    for (const { from, rules } of chain) {
      const { ignored, unignored } = rules.test(asked.slice(from));
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}

function toRules(text: string): Ignore {
  return ignore({ ignoreCase: false }).add(text);
}
