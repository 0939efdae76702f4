import ignore, { type Ignore } from 'ignore';

/** Folders that tools create and recreate; git's own data is reported by commits. */
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

/** A larger .gitignore does not count. */
export const RULES_BYTES = 64 * 1024;
export const RULES_FILE = '.gitignore';

/** The rules that apply in one folder, the deepest first. `from`: the length of the path of the rules' folder. */
export type Chain = readonly { from: number; rules: Ignore }[];

/** The rules for skipped paths: folders by name, a setting, and .gitignore files. */
export class Rules {
  readonly #own: Ignore | null;
  readonly #byFolder = new Map<string, Ignore>();

  /** `more`: patterns in the syntax of .gitignore. */
  constructor(more: readonly string[]) {
    this.#own = more.length === 0 ? null : toRules(more.join('\n'));
  }

  /** Applies the .gitignore of a folder from now on. */
  learn(folder: string, text: string): void {
    this.#byFolder.set(folder, toRules(text));
  }

  /** Returns the rules of a folder, given those of its parent. */
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
