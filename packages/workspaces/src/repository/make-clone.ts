import { inside } from '@cc-executor/evidence/plain-files';
import { copyPlain } from '@cc-executor/evidence/plain-trees';
import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FROM_FOLDERS, NO_CONFIGURATION, runGit, type GitAnswer } from '../git/user-git.ts';
import { fetchCommit, type TakenCommits } from './earlier-clone.ts';
import { networkEnv, readerEnv, type WorkPlaces } from './own-repository.ts';
import { isOutOfReach } from './out-of-reach.ts';
import { RepositoryError } from '../repository-error.ts';

/** A large repository takes long on a slow line. Milliseconds. */
const CLONE_MS = 3600_000;
/** The limit of git's message, which may have words of the server, in UTF-16 units. */
const MOST_MESSAGE = 2000;
/** A server that sends nothing for five minutes is gone. */
const NOT_SILENT = ['-c', 'http.lowSpeedLimit=1', '-c', 'http.lowSpeedTime=300'] as const;

type InClone = (...args: string[]) => Promise<GitAnswer>;

/**
 * Makes a workspace a clone, with its branch checked out. `before`: the commits that it takes over; null: none. In a
 * separate folder first: a git that outlives this process changes nothing in the workspace. A try that fails leaves nothing.
 * Rejects with a RepositoryError, or with the reason of `signal`.
 */
export async function makeClone(
  places: WorkPlaces,
  before: TakenCommits | null,
  signal?: AbortSignal,
): Promise<void> {
  const clone = join(places.folder, `clone-${randomUUID()}`);
  try {
    await cloneInto(clone, places, before, signal);
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}

async function cloneInto(
  clone: string,
  places: WorkPlaces,
  before: TakenCommits | null,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { git, workspace, of } = places;
  const { path, url, ref, commit, branch } = of;
  // What it borrows of others is out of reach in a container, and may go with them.
  const from = path === null ? ['--', url ?? ''] : ['--local', '--no-hardlinks', '--dissociate', '--', path];
  const env = path === null ? networkEnv(places) : { ...readerEnv(places), ...FROM_FOLDERS };
  const options = ['--quiet', '--template=', '--no-checkout', '--no-recurse-submodules'];
  const call = [...NOT_SILENT, 'clone', ...options, ...from, clone];
  const cloned = await runGit(git, call, { env, timeoutMs: CLONE_MS, signal });
  if (cloned.code !== 0) throw notCloned(path === null, cloned.stderr);
  const inClone: InClone = async (...args) =>
    await runGit(git, args, { cwd: clone, env: { ...NO_CONFIGURATION, ...FROM_FOLDERS }, signal });
  const wanted = before ? before.commit : (commit ?? (await wantedOf(ref, inClone)));
  if (before) await fetchCommit(before, inClone);
  const out = await inClone('checkout', '--quiet', '--no-track', '-b', branch, wanted);
  if (out.code !== 0) throw new RepositoryError('', `${wanted} could not be checked out: ${out.stderr}`);
  // Nothing in the clone leads an agent to the user's own folder.
  if (path !== null) await inClone('config', '--remove-section', 'remote.origin');
  for (const { name } of await Array.fromAsync(inside(clone)))
    await moveTo(clone, name, Buffer.concat([Buffer.from(`${workspace}/`), name]));
}

function notCloned(isRemote: boolean, why: string): RepositoryError {
  const message = `The repository could not be cloned: ${why.slice(-MOST_MESSAGE)}`;
  if (!isRemote) return new RepositoryError('', message);
  if (isOutOfReach(why)) return new RepositoryError('url', message, { isForNow: true });
  const todo =
    "Check repository.url, and that git can read it as the worker's user without asking: by a credential helper, or a key of SSH. Then rerun the list.";
  return new RepositoryError('url', `${message}\n${todo}`);
}

async function wantedOf(ref: string | null, inClone: InClone): Promise<string> {
  for (const name of ref === null ? ['HEAD', 'origin/HEAD'] : [`origin/${ref}`, ref]) {
    const options = ['--verify', '--quiet', '--end-of-options'];
    const { code, stdout } = await inClone('rev-parse', ...options, `${name}^{commit}`);
    if (code === 0) return stdout.trim();
  }
  const why = ref === null ? 'The repository has no commit.' : `There is no ${ref} in it.`;
  throw new RepositoryError('ref', why);
}

/** On another disk, by a copy. */
async function moveTo(folder: string, name: Buffer, to: Buffer): Promise<void> {
  try {
    await rename(Buffer.concat([Buffer.from(`${folder}/`), name]), to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyPlain(folder, name, to);
  }
}
