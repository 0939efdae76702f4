import { makeRecord } from '@cc-executor/executions';
import { execFile, spawnSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileWorkspaces } from '../src/index.ts';

let base: string;
let root: string;
let workspaces: FileWorkspaces;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'cc-workspaces-')));
  root = join(base, 'root');
  await mkdir(root);
  workspaces = new FileWorkspaces(root, join(base, 'data'));
});
afterEach(async () => rm(base, { recursive: true, maxRetries: 10 }));

/** The record of a list with this id, that names this workspace; undefined: it names none. */
async function recordOf(id: string, named?: string) {
  const workspace = named ?? (await workspaces.fresh(id));
  const { path } = await workspaces.resolve(workspace);
  const request = { tasks: ['x'], on_failure: 'stop', workspace: named } as const;
  return makeRecord({ ...request, tasks: ['x'] }, id, new Date(), { workspace, workspace_path: path });
}
const named = async (name: string) => await recordOf('named', name);
const isThere = async (...path: string[]) => (await stat(join(root, ...path)).catch(() => null)) !== null;
/** Long ago enough that what is done now comes after it. */
const before = () => new Date(Date.now() - 60_000);
/** The clock by which files are stamped goes in steps. */
async function untilNewFilesAreYounger(than: string): Promise<void> {
  const { birthtimeNs } = await stat(than, { bigint: true });
  const probe = join(base, 'probe');
  for (let now = 0n; now <= birthtimeNs; now = (await stat(probe, { bigint: true })).birthtimeNs) {
    await rm(probe, { force: true });
    await writeFile(probe, '');
  }
}
const nobody = async () => false;
const later = () => new Date(Date.now() + 60_000);

describe('a workspace', () => {
  it('is made below the root when a task needs it, not before', async () => {
    const record = await named('a/b');
    await expect(stat(join(root, 'a'))).rejects.toThrow('ENOENT');
    expect(await workspaces.prepare(record)).toBe(join(root, 'a/b'));
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
    await expect(workspaces.resolve(name)).rejects.toMatchObject({ code: 'WORKSPACE_INVALID' });
  });

  it('is refused when it overlaps with the data directory, where that is below the root', async () => {
    const keys = join(root, 'own/data/keys');
    await mkdir(keys, { recursive: true });
    await symlink(keys, join(root, 'alias'));
    workspaces = new FileWorkspaces(root, join(root, 'own/data'));
    for (const name of ['own', 'own/data', 'own/data/keys', 'own/data/new', 'alias'])
      await expect(workspaces.resolve(name)).rejects.toMatchObject({
        code: 'WORKSPACE_INVALID',
        message: expect.stringContaining('CC_EXECUTOR_DATA_DIR') as string,
      });
    expect((await workspaces.resolve('own/database')).path).toBe('own/database');
  });

  it('is refused when a link leads out, also one that leads nowhere yet', async () => {
    await symlink('/etc', join(root, 'out'));
    await symlink(join(base, 'not-there'), join(root, 'later'));
    await symlink('..', join(root, 'up'));
    for (const name of ['out', 'out/new', 'later', 'up', 'up/root2'])
      await expect(workspaces.resolve(name)).rejects.toMatchObject({ code: 'WORKSPACE_INVALID' });
  });

  it('is refused when a link was put there after the submission, wherever that leads', async () => {
    const [mine, own] = [await named('mine'), await recordOf('own')];
    await mkdir(join(root, 'other'));
    for (const target of ['/etc', 'other']) {
      for (const record of [mine, own]) {
        await symlink(target, join(root, record.workspace));
        await expect(workspaces.prepare(record)).rejects.toMatchObject({ code: 'WORKSPACE_INVALID' });
        await rm(join(root, record.workspace));
      }
    }
    expect(await readdir(join(root, 'other'))).toEqual([]);
  });

  it('is refused when its link has been led elsewhere since the submission', async () => {
    for (const name of ['one', 'two']) await mkdir(join(root, name));
    await symlink('one', join(root, 'alias'));
    const record = await named('alias');
    expect(await workspaces.prepare(record)).toBe(join(root, 'one'));
    await rm(join(root, 'alias'));
    await symlink('two', join(root, 'alias'));
    await expect(workspaces.prepare(record)).rejects.toMatchObject({ code: 'WORKSPACE_INVALID' });
  });

  it('is good while a task makes it', async () => {
    for (let n = 1; n <= 200; n++) {
      const name = `at-once-${String(n)}`;
      const checks = Array.from({ length: 20 }, async () => workspaces.resolve(name));
      await expect(Promise.all([...checks, mkdir(join(root, name))])).resolves.toHaveLength(21);
    }
  });

  it('may be a link that stays below the root, and the root may be one itself', async () => {
    await mkdir(join(root, 'real'));
    await symlink('real', join(root, 'alias'));
    await symlink(root, join(base, 'linked-root'));
    workspaces = new FileWorkspaces(join(base, 'linked-root'), join(base, 'data'));
    const record = await named('alias');
    expect(record.workspace_path).toBe('real');
    expect(await workspaces.prepare(record)).toBe(join(root, 'real'));
  });
});

describe('the turn by which a workspace is identified', () => {
  it('is the same for all names of one folder', async () => {
    await mkdir(join(root, 'shared'));
    await symlink('shared', join(root, 'alias'));
    const names = ['shared', './shared', 'shared/', 'shared//', 'x/../shared', 'alias', 'alias/.'];
    const turns = await Promise.all(names.map(async (name) => (await workspaces.resolve(name)).turn));
    expect(new Set(turns)).toEqual(new Set(['shared']));
    expect((await workspaces.resolve('alias/new/Sub')).turn).toBe('shared/new/Sub');
  });

  it.each([
    [true, 1],
    [false, 4],
  ])('goes by letters of either case as the disk does: ignored %s', async (ignores, count) => {
    workspaces = new FileWorkspaces(root, join(base, 'data'), async () => ignores);
    const names = ['Straße', 'STRASSE', 'stra\u00dfe', 'strasse'];
    const turns = await Promise.all(names.map(async (name) => (await workspaces.resolve(name)).turn));
    expect(new Set(turns).size).toBe(count);
  });

  it('distinguishes upper and lower case on a disk that does', async () => {
    await mkdir(join(root, 'aB'));
    const isSame = await stat(join(root, 'Ab')).then(
      () => true,
      () => false,
    );
    const [one, other] = [await workspaces.resolve('aB'), await workspaces.resolve('Ab')];
    expect(one.turn === other.turn).toBe(isSame);
  });
});

describe('the workspace of an execution that names none', () => {
  it('has its id for a name, and another where something of that name is there', async () => {
    expect(await workspaces.fresh('free')).toBe('free');
    await mkdir(join(root, 'folder'));
    await writeFile(join(root, 'file'), '');
    await symlink('nowhere', join(root, 'link'));
    for (const id of ['folder', 'file', 'link']) {
      const record = await recordOf(id);
      expect(record.workspace).toMatch(new RegExp(`^${id}-[0-9a-f]{8}$`));
      expect(await workspaces.prepare(record)).toBe(join(root, record.workspace));
    }
  });

  it('is no folder that somebody has filled since the submission', async () => {
    const record = await recordOf('shop');
    await mkdir(join(root, 'shop/.git'), { recursive: true });
    await expect(workspaces.prepare(record)).rejects.toMatchObject({ code: 'WORKSPACE_INVALID' });
    expect(await workspaces.remove(record, later(), nobody)).toMatch('did not make it');
    expect(await isThere('shop/.git')).toBe(true);
  });

  it('is used by the next worker after one that died before it could record that it made it, and then stays', async () => {
    const record = await recordOf('own');
    await mkdir(join(root, 'own'));
    expect(await workspaces.prepare(record)).toBe(join(root, 'own'));
    await writeFile(join(root, 'own/file'), '');
    expect(await workspaces.remove(record, later(), nobody)).toMatch('did not make it');
    expect(await isThere('own/file')).toBe(true);
  });

  it('is removed with all that its tasks have made, repositories too', async () => {
    const record = await recordOf('own');
    await mkdir(join(await workspaces.prepare(record), 'sub/.git'), { recursive: true });
    await workspaces.prepare(record);
    expect(await workspaces.remove(record, later(), nobody)).toBeNull();
    expect(await readdir(root)).toEqual([]);
    expect(await readdir(join(base, 'data/made-workspaces'))).toEqual([]);
    expect(await workspaces.remove(record, later(), nobody)).toBeNull();
  });

  it('is removed in full when that was cut off before', async () => {
    const record = await recordOf('own');
    await mkdir(join(await workspaces.prepare(record), 'sub'));
    await rename(join(root, 'own'), join(root, `.removed-${String(record.uuid)}`));
    expect(await workspaces.remove(record, later(), nobody)).toBeNull();
    expect(await readdir(root)).toEqual([]);
  });

  it('made again by a task that removed it is the same to the next one, and is not ours to remove', async () => {
    const record = await recordOf('own');
    const folder = await workspaces.prepare(record);
    // Both at once: no inode is used again.
    await mkdir(join(root, 'new'));
    await rm(folder, { recursive: true, maxRetries: 10 });
    await rename(join(root, 'new'), folder);
    expect(await workspaces.prepare(record)).toBe(folder);
    expect(await workspaces.remove(record, later(), nobody)).toMatch('another folder');
    expect(await isThere('own')).toBe(true);
  });

  it.each(['a repository that was moved', 'a link to one'])(
    'is not mistaken for %s into its place',
    async (what) => {
      const record = await recordOf('own');
      await workspaces.prepare(record);
      await mkdir(join(base, 'repository/.git'), { recursive: true });
      await rm(join(root, 'own'), { recursive: true, maxRetries: 10 });
      if (what.startsWith('a link')) await symlink(join(base, 'repository'), join(root, 'own'));
      else await rename(join(base, 'repository'), join(root, 'own'));
      await workspaces.remove(record, later(), nobody);
      expect(await isThere('own/.git')).toBe(true);
    },
  );

  it('stays when something in it was changed after the execution had ended', async () => {
    const record = await recordOf('own');
    await mkdir(join(await workspaces.prepare(record), 'sub/.git'), { recursive: true });
    expect(await workspaces.remove(record, before(), nobody)).toMatch(
      'was changed after the execution had ended',
    );
    expect(await isThere('own/sub/.git')).toBe(true);
  });

  it('stays when a folder that is older than itself was moved into it meanwhile', async () => {
    await mkdir(join(base, 'repository/.git'), { recursive: true });
    await untilNewFilesAreYounger(join(base, 'repository/.git'));
    const record = await recordOf('own');
    await rename(join(base, 'repository'), join(await workspaces.prepare(record), 'moved'));
    expect(await workspaces.remove(record, later(), nobody)).toMatch('was moved into it');
    expect(await isThere('own/moved/.git')).toBe(true);
  });

  it('stays when such a folder has a name that is not UTF-8', async () => {
    await mkdir(join(base, 'repository/.git'), { recursive: true });
    await untilNewFilesAreYounger(join(base, 'repository/.git'));
    const record = await recordOf('own');
    const moved = Buffer.concat([Buffer.from(`${await workspaces.prepare(record)}/moved-`), Buffer.of(0xff)]);
    await rename(join(base, 'repository'), moved);
    expect(await workspaces.remove(record, later(), nobody)).toMatch('was moved into it');
    expect(await readdir(moved)).toEqual(['.git']);
  });

  it('stays when another execution is to work in it, also where that has come during the look', async () => {
    const record = await recordOf('own');
    await workspaces.prepare(record);
    const asked: string[] = [];
    const isWanted = async (turn: string) => asked.push(turn) > 0;
    expect(await workspaces.remove(record, later(), isWanted)).toMatch('is to work in it');
    expect(asked).toEqual(['own']);
    expect(await isThere('own')).toBe(true);
  });

  // In its own mount namespace: nothing is left of the mount.
  it.runIf(spawnSync('unshare', ['--mount', 'true']).status === 0)(
    'stays, with all that was mounted in it, where something was',
    async () => {
      await mkdir(join(base, 'mounted at'));
      await writeFile(join(base, 'mounted at/file'), '');
      const record = await recordOf('own');
      await mkdir(join(await workspaces.prepare(record), 'a b'));
      const script = join(import.meta.dirname, 'fixtures/removes-below-a-mount.ts');
      const paths = [join(base, 'mounted at'), join(root, 'own/a b')];
      const shell = ['sh', '-c', 'mount --bind "$1" "$2" && shift 2 && exec "$@"', 'sh', ...paths];
      const program = [process.execPath, script, root, join(base, 'data'), JSON.stringify(record)];
      const { stdout } = await promisify(execFile)('unshare', ['--mount', ...shell, ...program]);
      expect(stdout).toMatch('something is mounted at');
      expect(await readdir(join(base, 'mounted at'))).toEqual(['file']);
    },
  );

  it.each(['own', './own/', 'own/sub'])('stays once another execution has named it, as %s', async (name) => {
    const record = await recordOf('own');
    await workspaces.prepare(record);
    await workspaces.prepare(await named(name));
    await workspaces.prepare(record);
    expect(await workspaces.remove(record, later(), nobody)).toMatch('has named it');
    expect(await isThere('own')).toBe(true);
  });

  it('is not removed with an execution that had the same id before', async () => {
    const first = await recordOf('own');
    await workspaces.prepare(first);
    await rm(join(root, 'own'), { recursive: true, maxRetries: 10 });
    const second = await recordOf('own');
    await workspaces.prepare(second);
    expect(await workspaces.remove(first, later(), nobody)).toMatch('did not make it');
    expect(await isThere('own')).toBe(true);
    expect(await workspaces.remove(second, later(), nobody)).toBeNull();
    expect(await isThere('own')).toBe(false);
  });

  it('is never one that the caller named', async () => {
    const record = await named('mine');
    await workspaces.prepare(record);
    expect(await workspaces.remove(record, later(), nobody)).toBeNull();
    expect(await isThere('mine')).toBe(true);
  });

  // Nothing is read-only to root.
  it.runIf(process.getuid?.() !== 0)('is removed with what tasks have made read-only', async () => {
    const record = await recordOf('a');
    const folder = join(await workspaces.prepare(record), 'b/c');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'file'), '');
    await symlink(base, join(folder, 'link'));
    await chmod(folder, 0o000);
    await chmod(join(root, 'a/b'), 0o555);
    expect(await workspaces.remove(record, later(), nobody)).toBeNull();
    await expect(stat(join(root, 'a'))).rejects.toThrow('ENOENT');
  });
});
