import { FROM_FOLDERS, runGit } from '../git/user-git.ts';
import { BASE } from './earlier-clone.ts';
import { DELIVERED, networkEnv, readerEnv, type OwnRepository } from './own-repository.ts';
import { RepositoryError } from '../repository-error.ts';

/**
 * Delivers the branch to the requested place. Null: it is there already, or nothing was committed. Rejects with a
 * RepositoryError when that can't be: the branch was moved there, or is checked out.
 */
export async function deliverWork(own: OwnRepository): Promise<{ commit: string } | null> {
  const { deliver, path } = own.places.of;
  if (deliver === 'none') return null;
  const names = [own.ref, BASE, DELIVERED];
  const first = await own.look(...names);
  const isGone = !first[0] && (await own.borrow());
  const [tip, base, delivered = null] = isGone ? await own.look(...names) : first;
  if (!tip)
    throw new RepositoryError('', 'The last commit of the branch is gone: its .git was removed or damaged.');
  if (tip === delivered || (tip === base && delivered === null)) return null;
  // It was brought back to an earlier commit.
  const isBack = delivered !== null && !(await own.isAncestor(delivered, tip));
  const delivery = { tip, delivered, isBack };
  if (deliver === 'push') await push(own, delivery);
  else if (path !== null) await fetchInto(own, path, delivery);
  await own.ask(['update-ref', DELIVERED, tip]);
  return { commit: tip };
}

interface Delivery {
  tip: string;
  delivered: string | null;
  isBack: boolean;
}

async function fetchInto(
  own: OwnRepository,
  path: string,
  { tip, delivered, isBack }: Delivery,
): Promise<void> {
  const { git, of } = own.places;
  const { branch } = of;
  const { ref } = own;
  const call = { cwd: path, env: readerEnv(own.places) };
  const there = await runGit(git, ['rev-parse', '--verify', '--quiet', ref], call);
  const now = there.code === 0 ? there.stdout.trim() : null;
  // An earlier delivery may have been cut off after its last step.
  if (now === tip) return;
  if (now !== delivered && !(now !== null && delivered === null && (await isOurs(own, now))))
    throw new RepositoryError(
      'branch',
      now === null
        ? `The branch ${branch} was removed from ${path}; it is not created again. The work is in the workspace.`
        : `The branch ${branch} of ${path} was moved by somebody else, and is not overwritten. The work is in the workspace.`,
    );
  const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
  const more = ['--no-recurse-submodules', '--no-write-commit-graph', '--atomic'];
  const refs = `${isBack ? '+' : ''}${ref}:${ref}`;
  const env = { ...call.env, ...FROM_FOLDERS };
  const how = { ...call, env, pipesIn: own.places.workspace };
  const fetched = await runGit(git, ['fetch', ...options, ...more, own.path, refs], how);
  if (fetched.code !== 0)
    throw new RepositoryError(
      'branch',
      `The branch ${branch} could not be brought into ${path}: ${fetched.stderr}`,
    );
}

/** Whether a commit is on our branch, so that nobody else has put it where it was found. */
async function isOurs(own: OwnRepository, commit: string): Promise<boolean> {
  return commit !== (await own.base()) && (await own.isAncestor(commit, await own.tip()));
}

async function push(own: OwnRepository, { tip, delivered, isBack }: Delivery): Promise<void> {
  const { git, of } = own.places;
  const { path, url, branch } = of;
  const found =
    path === null
      ? { code: 0, stdout: url ?? '' }
      : await runGit(git, ['config', '--get', 'remote.origin.url'], {
          cwd: path,
          env: readerEnv(own.places),
        });
  const to = found.stdout.trim();
  if (found.code !== 0 || to === '')
    throw new RepositoryError('deliver', `${path ?? ''} has no remote "origin".`);
  const name = `refs/heads/${branch}`;
  const back = isBack ? [`--force-with-lease=${name}:${delivered ?? ''}`] : [];
  const pushed = await runGit(
    git,
    ['push', '--quiet', '--no-verify', ...back, '--end-of-options', to, `${tip}:${name}`],
    { env: { ...networkEnv(own.places), GIT_DIR: own.path } },
  );
  if (pushed.code !== 0) throw new RepositoryError('deliver', `git push to ${to} failed: ${pushed.stderr}`);
}
