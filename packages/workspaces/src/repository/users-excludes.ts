import { readPlain } from '@cc-executor/evidence/plain-files';
import { realpath } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { RepositoryRecord } from '@cc-executor/contracts';
import type { GitProgram } from '../git/git.ts';
import { runGit } from '../git/user-git.ts';

/** Nobody writes a longer file of patterns, in bytes. */
const MAX_BYTES = 1024 * 1024;
/** Whether the repository may be read was decided before. */
const ANY_OWNER = ['-c', 'safe.directory=*'] as const;

/**
 * Returns what git ignores for the user by files that are in no commit, and so in no clone: by `core.excludesFile`, and by
 * `info/exclude` of the repository. As lines of one such file, in the order in which git lets the last one win; its bytes,
 * one character each. Empty: there are none, or they can't be read.
 */
export async function usersExcludes({
  git,
  of,
  userEnv,
}: {
  git: GitProgram;
  of: Pick<RepositoryRecord, 'path'>;
  /** The user's own variables. */
  userEnv: Readonly<Record<string, string>>;
}): Promise<string> {
  const cwd = of.path ?? '/';
  const ask = async (...args: string[]) => {
    const { code, stdout } = await runGit(git, [...ANY_OWNER, ...args], { cwd, env: userEnv });
    return code === 0 ? stdout.replace(/\n$/, '') : null;
  };
  const named = await ask('config', '--type=path', '--get', 'core.excludesFile');
  const everywhere = named === null ? defaultFile(userEnv) : resolve(cwd, named);
  const here =
    of.path === null ? null : await ask('rev-parse', '--path-format=absolute', '--git-path', 'info/exclude');
  const texts = await Promise.all([everywhere, here].map(read));
  return texts.map((text) => (text === '' || text.endsWith('\n') ? text : `${text}\n`)).join('');
}

/** Source: gitignore(5). */
function defaultFile(env: Readonly<Record<string, string>>): string | null {
  const { HOME = '', XDG_CONFIG_HOME: given = '' } = env;
  if (isAbsolute(given)) return join(given, 'git/ignore');
  return isAbsolute(HOME) ? join(HOME, '.config/git/ignore') : null;
}

/** The user's own file may be a link, such as into a folder with all settings. */
async function read(path: string | null): Promise<string> {
  if (path === null) return '';
  const bytes = await realpath(path)
    .then(async (real) => await readPlain(real, MAX_BYTES))
    .catch(() => null);
  return bytes?.toString('latin1') ?? '';
}
