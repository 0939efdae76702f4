import { chmod, mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileWorkspaces } from '../src/index.ts';

let base: string;
let root: string;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'cc-workspaces-')));
  root = join(base, 'root');
  await mkdir(root);
});
afterEach(async () => rm(base, { recursive: true }));

describe('a workspace', () => {
  it('is made below the root when a task needs it, not before', async () => {
    const workspaces = new FileWorkspaces(root);
    await workspaces.check('a/b');
    await expect(stat(join(root, 'a'))).rejects.toThrow('ENOENT');
    expect(await workspaces.prepare('a/b')).toBe(join(root, 'a/b'));
    expect((await stat(join(root, 'a/b'))).isDirectory()).toBe(true);
  });

  it.each([
    '..',
    '../..',
    'a/../../x',
    '/etc',
    '.',
    '',
    'a/../..',
    'x'.repeat(300),
    'file',
    'file/below',
    'loop',
  ])('is refused when it is %j', async (name) => {
    await writeFile(join(root, 'file'), '');
    await symlink('loop', join(root, 'loop'));
    await expect(new FileWorkspaces(root).check(name)).rejects.toMatchObject({ code: 'WORKSPACE_INVALID' });
  });

  it('is refused when a link leads out, also one that leads nowhere yet', async () => {
    await symlink('/etc', join(root, 'out'));
    await symlink(join(base, 'not-there'), join(root, 'later'));
    await symlink('..', join(root, 'up'));
    const workspaces = new FileWorkspaces(root);
    for (const name of ['out', 'out/new', 'later', 'up', 'up/root2'])
      await expect(workspaces.check(name)).rejects.toMatchObject({ code: 'WORKSPACE_INVALID' });
  });

  it('is refused when a link was put there after the submission', async () => {
    const workspaces = new FileWorkspaces(root);
    await workspaces.check('mine');
    await symlink('/etc', join(root, 'mine'));
    await expect(workspaces.prepare('mine')).rejects.toMatchObject({ code: 'WORKSPACE_INVALID' });
  });

  it('is good while a task makes it', async () => {
    const workspaces = new FileWorkspaces(root);
    for (let n = 1; n <= 200; n++) {
      const name = `at-once-${String(n)}`;
      const checks = Array.from({ length: 20 }, async () => workspaces.check(name));
      await expect(Promise.all([...checks, mkdir(join(root, name))])).resolves.toHaveLength(21);
    }
  });

  it('may be a link that stays below the root, and the root may be one itself', async () => {
    await mkdir(join(root, 'real'));
    await symlink('real', join(root, 'alias'));
    await symlink(root, join(base, 'linked-root'));
    expect(await new FileWorkspaces(join(base, 'linked-root')).prepare('alias')).toBe(join(root, 'real'));
  });

  // Nothing is read-only to root.
  it.runIf(process.getuid?.() !== 0)('is removed with what tasks have made read-only', async () => {
    const workspaces = new FileWorkspaces(root);
    const folder = join(await workspaces.prepare('a'), 'b/c');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'file'), '');
    await symlink(base, join(folder, 'link'));
    await chmod(folder, 0o000);
    await chmod(join(root, 'a/b'), 0o555);
    await workspaces.remove('a');
    await expect(stat(join(root, 'a'))).rejects.toThrow('ENOENT');
  });
});
