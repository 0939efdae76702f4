import { readPlain } from '@cc-executor/evidence/plain-files';
import { realpath } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { RepositoryRecord } from '@cc-executor/contracts';
import type { GitProgram } from '../git/git.ts';
import { ANY_OWNER, runGit } from '../git/user-git.ts';

/** Nobody writes a longer file of patterns, in bytes. */
const MAX_BYTES = 1024 * 1024;

/** The user's repository, null: elsewhere; and the user's own variables. */
interface OfUser {
  git: GitProgram;
  of: Pick<RepositoryRecord, 'path'>;
  userEnv: Readonly<Record<string, string>>;
}

/** Returns what asks git in the user's repository, with the user's configuration: what it prints; null: it fails. */
function askerOf({ git, of, userEnv }: OfUser): (...args: string[]) => Promise<string | null> {
  return async (...args) => {
    const call = { cwd: of.path ?? '/', env: userEnv };
    const { code, stdout } = await runGit(git, [...ANY_OWNER, ...args], call);
    return code === 0 ? stdout.replace(/\n$/, '') : null;
  };
}

/** Returns the names of the filters that the user's git runs on what it adds. */
export async function usersFilters(places: OfUser): Promise<ReadonlySet<string>> {
  const pattern = String.raw`^filter\..*\.(clean|process)$`;
  const names = await askerOf(places)('config', '-z', '--name-only', '--get-regexp', pattern);
  const between = (name: string) => name.slice(name.indexOf('.') + 1, name.lastIndexOf('.'));
  return new Set((names ?? '').split('\0').filter(Boolean).map(between));
}

/**
 * Returns what git ignores for the user by files that are in no commit, and so in no clone: by `core.excludesFile`, and by
 * `info/exclude` of the repository. As lines of one such file, in the order in which git lets the last one win; its bytes,
 * one character each. Empty: there are none, or they can't be read.
 */
export async function usersExcludes(places: OfUser): Promise<string> {
  const { of, userEnv } = places;
  const ask = askerOf(places);
  const named = await ask('config', '--type=path', '--get', 'core.excludesFile');
  const everywhere = named === null ? defaultFile(userEnv) : resolve(of.path ?? '/', named);
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
