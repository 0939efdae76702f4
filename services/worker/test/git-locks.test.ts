import { waitFor } from '@cc-executor/testkit';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findLocks } from '../src/attempts/git-locks/find-locks.ts';
import { removeStale } from '../src/attempts/git-locks/remove-stale.ts';

const LONG_AGO = new Date(0);
let folder: string;
let workspace: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cc-locks-')));
  workspace = join(folder, 'workspace');
  await mkdir(workspace);
});
afterEach(async () => rm(folder, { recursive: true, maxRetries: 10 }));

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd });
const lock = async (...path: string[]) => {
  const file = join(folder, ...path);
  await writeFile(file, '');
  return file;
};

describe('locks of git', () => {
  it('are found of all that git locks, also in submodules and worktrees of the workspace', async () => {
    git(folder, 'init', '-q', 'other');
    git(join(folder, 'other'), 'commit', '-q', '--allow-empty', '-m', 'x');
    git(workspace, 'init', '-q', '-b', 'main', '.');
    git(
      workspace,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      join(folder, 'other'),
      'a/sub',
    );
    git(workspace, 'commit', '-qm', 'x');
    git(workspace, 'worktree', 'add', '-q', 'tree', '-b', 'one/two');
    git(workspace, 'worktree', 'add', '-q', join(folder, 'outside'), '-b', 'three');
    const inGit = ['index.lock', 'HEAD.lock', 'config.lock', 'packed-refs.lock', 'shallow.lock'];
    const more = ['refs/heads/one/two.lock', 'modules/a/sub/index.lock', 'worktrees/tree/index.lock'];
    const locks = await Promise.all(
      [...inGit, ...more].map(async (name) => await lock('workspace/.git', name)),
    );
    for (const not of ['.git/my.lock', 'index.lock', '.git/worktrees/outside/index.lock'])
      await lock('workspace', not);
    expect(findLocks(workspace).toSorted()).toEqual(locks.toSorted());
    expect(removeStale(workspace, LONG_AGO).toSorted()).toEqual(locks.toSorted());
  });

  it('are not looked for outside of the workspace', async () => {
    git(folder, 'init', '-q', 'other');
    const other = await lock('other/.git/index.lock');
    await symlink(join(folder, 'other/.git'), join(workspace, '.git'));
    await mkdir(join(workspace, 'sub'));
    await writeFile(join(workspace, 'sub/.git'), `gitdir: ${join(folder, 'other/.git')}\n`);
    expect(removeStale(workspace, LONG_AGO)).toEqual([]);
    await rm(workspace, { recursive: true, maxRetries: 10 });
    await symlink(join(folder, 'other'), workspace);
    expect(removeStale(workspace, LONG_AGO)).toEqual([]);
    expect(existsSync(other)).toBe(true);
  });

  it('that were there before the attempt stay', async () => {
    git(workspace, 'init', '-q');
    const file = await lock('workspace/.git/index.lock');
    expect(removeStale(workspace, new Date(Date.now() + 1000))).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });

  it.runIf(process.getuid?.() === 0)(
    'of another user than that of the attempt stay, as of a container whose worker is root',
    async () => {
      git(workspace, 'init', '-q');
      const file = await lock('workspace/.git/index.lock');
      await chown(file, 1000, 1000);
      expect(removeStale(workspace, LONG_AGO)).toEqual([]);
      expect(removeStale(workspace, LONG_AGO, 1000)).toEqual([file]);
    },
  );

  it('stay while the git that made them lives, also where it has them closed, and are removed when it was killed', async () => {
    git(workspace, 'init', '-q');
    const editor = `sh -c 'echo > ${join(folder, 'edits')}; exec sleep 600'`;
    const child = spawn('git', ['commit', '-a', '--allow-empty'], {
      cwd: workspace,
      env: {
        ...process.env,
        GIT_EDITOR: editor,
        GIT_AUTHOR_NAME: 't',
        GIT_AUTHOR_EMAIL: 't@example.com',
        GIT_COMMITTER_NAME: 't',
        GIT_COMMITTER_EMAIL: 't@example.com',
      },
      detached: true,
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    const file = join(workspace, '.git/index.lock');
    try {
      await waitFor(() => existsSync(join(folder, 'edits')), { what: 'its editor' });
      expect(existsSync(file)).toBe(true);
      expect(removeStale(workspace, LONG_AGO)).toEqual([]);
    } finally {
      process.kill(-Number(child.pid), 'SIGKILL');
    }
    await ended;
    await waitFor(() => removeStale(workspace, LONG_AGO).includes(file));
    expect(existsSync(file)).toBe(false);
  });
});
