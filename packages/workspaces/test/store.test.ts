import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSnapshots, openSnapshotStore } from '../src/index.ts';
import { all, BOUNDS, storeUnderTest } from './store-under-test.ts';
import { imageOf, stateSince } from './walked.ts';

const write = (folder: string, files: Record<string, string | Buffer>) => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
};

describe('differences', () => {
  it('name what was added, changed, removed and renamed, and are paged', async () => {
    const { workspace, store, takeAll } = await storeUnderTest();
    const lines = Array.from({ length: 50 }, (_, index) => `line ${String(index)}\n`).join('');
    write(workspace, { old: lines, gone: 'a\nb\n', bytes: Buffer.from([0, 1]), 'new\nline': '1\n' });
    const before = await takeAll('before');
    rmSync(join(workspace, 'old'));
    rmSync(join(workspace, 'gone'));
    write(workspace, {
      'in/moved': `${lines}more\n`,
      bytes: Buffer.from([0, 2]),
      'new\nline': '2\n',
      added: 'x\n',
    });
    const after = await takeAll('after');
    const { files, totals, next } = await store.diff(before.id, after.id);
    const short = files.map(({ path, from, change, added, removed }) => [path, from, change, added, removed]);
    expect(short).toEqual([
      ['added', null, 'added', 1, 0],
      ['bytes', null, 'changed', null, null],
      ['gone', null, 'removed', 0, 2],
      ['in/moved', 'old', 'renamed', 1, 0],
      ['new\nline', null, 'changed', 1, 1],
    ]);
    expect(totals).toEqual({ files: 5, added: 3, removed: 3 });
    expect(next).toBeNull();
    const first = await store.diff(before.id, after.id, { limit: 3 });
    const second = await store.diff(before.id, after.id, { limit: 3, cursor: first.next });
    expect([...first.files, ...second.files]).toEqual(files);
    const some = await store.diff(before.id, after.id, { paths: ['in', 'added'] });
    expect(some.files.map(({ path }) => path)).toEqual(['added', 'in/moved']);
    await expect(store.diff(before.id, after.id, { cursor: '-1' })).rejects.toThrow(RangeError);
    expect((await all(store.patch(before.id, after.id, { form: 'stat' }))).toString()).toContain(
      '5 files changed',
    );
  });

  it('are a patch that git takes, whatever attributes the workspace has', async () => {
    const { root, workspace, store, takeAll } = await storeUnderTest();
    write(workspace, {
      '.gitattributes': '* -diff filter=evil text eol=crlf\n',
      file: 'a\r\n',
      kind: 'file',
      'tab\t"': '1',
    });
    write(workspace, { bytes: Buffer.from([0, 255, 10]), 'a/b': 'in a folder', 'no-end': 'x' });
    const copy = join(root, 'copy');
    cpSync(workspace, copy, { recursive: true });
    const before = await takeAll('before');
    rmSync(join(workspace, 'kind'));
    rmSync(join(workspace, 'a'), { recursive: true });
    symlinkSync('file', join(workspace, 'kind'));
    write(workspace, {
      a: 'a file',
      bytes: Buffer.from([0, 254]),
      empty: '',
      'no-end': 'y',
      file: 'b\r\n',
      'tab\t"': '2',
    });
    writeFileSync(Buffer.concat([Buffer.from(`${workspace}/`), Buffer.from([0xff, 0x22])]), 'raw');
    chmodSync(join(workspace, 'file'), 0o755);
    const after = await takeAll('after');
    const file = join(root, 'patch');
    writeFileSync(file, await all(store.patch(before.id, after.id)));
    execFileSync('git', ['apply', '--whitespace=nowarn', file], {
      cwd: copy,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: root },
    });
    expect(imageOf(copy)).toEqual(imageOf(workspace));
  });
});

describe('a snapshot', () => {
  it('can be read, folder by folder and file by file', async () => {
    const { workspace, store, takeAll } = await storeUnderTest();
    write(workspace, { 'a/file': 'text', run: '#!/bin/sh\n' });
    chmodSync(join(workspace, 'run'), 0o755);
    mkdirSync(join(workspace, 'a/empty'), { mode: 0o700 });
    symlinkSync('nowhere', join(workspace, 'link'));
    const { id } = await takeAll('one');
    expect(await store.files(id)).toMatchObject([
      { name: 'a', kind: 'folder', permissions: 0o755 },
      { name: 'link', kind: 'link', bytes: 7 },
      { name: 'run', kind: 'file', permissions: 0o755, bytes: 10 },
    ]);
    expect(await store.files(id, 'a')).toMatchObject([
      { name: 'empty', kind: 'folder', permissions: 0o700, id: null },
      { name: 'file', kind: 'file', bytes: 4 },
    ]);
    expect(await store.files(id, 'a/empty')).toEqual([]);
    const file = await store.read(id, 'a/file');
    expect((await all(file.content)).toString()).toBe('text');
    const faults = [
      store.read(id, 'a'),
      store.read(id, 'none'),
      store.files(id, 'run'),
      store.read('0'.repeat(40), 'a'),
    ];
    for (const [index, fault] of (await Promise.allSettled(faults)).entries())
      expect(fault).toMatchObject({ reason: { fault: index === 3 ? 'unknown_snapshot' : 'unknown_path' } });
  });

  it('names what is too large for it, and takes it when there is room', async () => {
    const { workspace, store, takeAll, folder } = await storeUnderTest({
      bounds: { file: 2000, snapshot: 3000 },
    });
    write(workspace, { a: 'a'.repeat(1500), b: 'b'.repeat(1400), c: 'c'.repeat(1600), d: 'd'.repeat(100) });
    write(workspace, { huge: '' });
    truncateSync(join(workspace, 'huge'), 5 * 1024 ** 3);
    const first = await takeAll('first');
    expect(first.leftOut).toContainEqual({ path: 'huge', why: 'file_too_large' });
    expect(first.leftOut).toHaveLength(2);
    expect(first.bytes).toBeLessThanOrEqual(3000);
    await store.close();
    const wider = await openSnapshotStore(folder, { bounds: { file: 2000, snapshot: 5000 } });
    const nothing = { changed: [], removed: [], folders: [] };
    const next = await wider.take({ folder: workspace, ...nothing, previous: first.id, label: 'next' });
    await wider.close();
    expect(next.leftOut).toEqual([{ path: 'huge', why: 'file_too_large' }]);
    expect(next).toMatchObject({ files: 4, bytes: 4600 });
  });

  it('goes with its label, and stays packed or not', async () => {
    const { workspace, store, takeAll } = await storeUnderTest();
    write(workspace, { file: 'one' });
    const one = await takeAll('one');
    expect(await store.pack()).toBe(false);
    expect(await store.pack({ atLeast: 0 })).toBe(true);
    write(workspace, { file: 'two' });
    const two = await takeAll('two');
    await store.prune(['one']);
    expect(store.labels()).toEqual(new Map([['two', two.id]]));
    await expect(store.files(one.id)).rejects.toMatchObject({ fault: 'unknown_snapshot' });
    expect((await all((await store.read(two.id, 'file')).content)).toString()).toBe('two');
  });
});

describe('many files', () => {
  it('are one pack, which git finds whole, and are not stored again', async () => {
    const { workspace, folder, store, takeAll } = await storeUnderTest();
    const files = Array.from({ length: 220 }, (_, index) => [`in/${String(index)}`, `${String(index)}\n`]);
    write(workspace, { ...Object.fromEntries(files), large: Buffer.alloc(70_000, 'larger ') });
    const one = await takeAll('one');
    const repository = join(folder, 'objects.git');
    const stored = () => readdirSync(join(repository, 'objects'), { recursive: true }).length;
    const packs = () =>
      readdirSync(join(repository, 'objects/pack')).filter((name) => name.endsWith('.pack'));
    expect(packs()).toHaveLength(1);
    const before = stored();
    expect(await takeAll('two')).toEqual(one);
    expect(stored()).toBe(before);
    execFileSync('git', ['--git-dir', repository, 'fsck', '--strict'], { stdio: 'pipe' });
    for (let round = 0; round < 10; round += 1) {
      for (const [path = ''] of files) write(workspace, { [path]: `${path} ${String(round)}` });
      await takeAll(`round ${String(round)}`);
    }
    expect(await store.pack()).toBe(true);
    expect(packs().length).toBeLessThan(10);
    expect((await all((await store.read(one.id, 'in/219')).content)).toString()).toBe('219\n');
    expect((await all((await store.read(one.id, 'large')).content)).length).toBe(70_000);
  });
});

describe('reading', () => {
  it('changes nothing in the store, also for some paths alone', async () => {
    const { root, workspace, takeAll } = await storeUnderTest();
    write(workspace, { 'a/b': '1\n', c: '1\n' });
    const one = await takeAll('one');
    write(workspace, { 'a/b': '2\n', c: '2\n' });
    const two = await takeAll('two');
    // What git takes for a list of two folders, if it is not quoted.
    const copy = join(root, 'with a : and a "');
    cpSync(join(root, 'store/objects.git'), join(copy, 'objects.git'), { recursive: true });
    const image = imageOf(copy, { all: true });
    const snapshots = await openSnapshots(copy);
    expect((await snapshots.diff(one.id, two.id)).totals).toEqual({ files: 2, added: 2, removed: 2 });
    const some = await snapshots.diff(one.id, two.id, { paths: ['a'] });
    expect(some.files.map(({ path }) => path)).toEqual(['a/b']);
    expect((await all(snapshots.patch(one.id, two.id, { paths: ['c'] }))).toString()).toContain('+2');
    expect(await snapshots.summary(two.id)).toEqual(two);
    expect(imageOf(copy, { all: true })).toEqual(image);
    await expect(openSnapshots(join(root, 'none'))).rejects.toMatchObject({ fault: 'unknown_snapshot' });
    await expect(snapshots.summary('a'.repeat(40))).rejects.toMatchObject({ fault: 'unknown_snapshot' });
  });
});

describe('a store', () => {
  it('reports a machine without git, or with one that is too old', async () => {
    const { root, folder } = await storeUnderTest();
    const other = join(root, 'other');
    await expect(openSnapshotStore(other, { bounds: BOUNDS, git: 'no-such-git' })).rejects.toMatchObject({
      fault: 'git_missing',
    });
    const old = join(root, 'old-git');
    writeFileSync(old, '#!/bin/sh\necho git version 2.30.1\n', { mode: 0o755 });
    await expect(openSnapshotStore(folder, { bounds: BOUNDS, git: old })).rejects.toMatchObject({
      fault: 'git_too_old',
    });
  });

  it('lies apart from its workspace', async () => {
    const { root, workspace, store } = await storeUnderTest();
    const request = { ...stateSince(null, new Map()), previous: null, label: 'one' };
    await expect(store.take({ ...request, folder: root })).rejects.toMatchObject({
      fault: 'store_in_workspace',
    });
    symlinkSync(workspace, join(root, 'link'));
    for (const folder of [join(root, 'none'), join(root, 'link')])
      await expect(store.take({ ...request, folder })).rejects.toMatchObject({ fault: 'not_a_folder' });
    for (const path of ['../store/lock', 'a/../../b', '', '/etc/passwd'])
      await expect(store.take({ ...request, folder: workspace, changed: [path] })).rejects.toThrow(
        RangeError,
      );
  });

  it('is not led by the configuration of the user', async () => {
    const { root, workspace, folder, store, takeAll } = await storeUnderTest();
    const home = join(root, 'home');
    write(home, {
      '.gitconfig': '[diff]\n\texternal = touch ran; false\n[core]\n\tattributesFile = ~/attributes\n',
    });
    const before = { HOME: process.env['HOME'], GIT_DIR: process.env['GIT_DIR'] };
    Object.assign(process.env, { HOME: home, GIT_DIR: join(root, 'elsewhere') });
    try {
      write(workspace, { file: 'one\n' });
      const one = await takeAll('one');
      write(workspace, { file: 'two\n' });
      const two = await takeAll('two');
      expect((await store.diff(one.id, two.id)).totals).toEqual({ files: 1, added: 1, removed: 1 });
      expect((await all(store.patch(one.id, two.id))).toString()).toContain('+two');
      const again = await openSnapshotStore(folder, { bounds: BOUNDS });
      expect(again.labels()).toEqual(store.labels());
      await again.close();
    } finally {
      for (const [name, value] of Object.entries(before))
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
    }
  });
});
