import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { all, storeUnderTest } from './store-under-test.ts';
import { imageOf, stateSince } from './walked.ts';

const ROUNDS = 30;
const NOTHING = { changed: [], removed: [], folders: [] };

/** Exchanges a folder for a link to another one and back, as fast as it can, until the test is over. */
async function exchange(folder: string, target: string): Promise<void> {
  const aside = `${folder}.aside`;
  const script = `const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
process.stdout.write('ready');
for (;;) { renameSync(${JSON.stringify(folder)}, ${JSON.stringify(aside)});
symlinkSync(${JSON.stringify(target)}, ${JSON.stringify(folder)}); unlinkSync(${JSON.stringify(folder)});
renameSync(${JSON.stringify(aside)}, ${JSON.stringify(folder)}); }`;
  const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await once(child.stdout, 'data');
}

describe('hostile workspaces', () => {
  it('lead no snapshot out of them by a link in the place of a folder', async () => {
    const { root, workspace, store } = await storeUnderTest();
    const outside = join(root, 'outside');
    mkdirSync(join(workspace, 'a/b'), { recursive: true });
    mkdirSync(join(outside, 'b'), { recursive: true });
    writeFileSync(join(workspace, 'a/b/file'), 'inside');
    writeFileSync(join(outside, 'b/file'), 'secret');
    await exchange(join(workspace, 'a'), outside);
    for (let round = 0; round < ROUNDS; round += 1) {
      const state = { ...NOTHING, changed: ['a/b/file'], folders: ['a', 'a/b'] };
      const { id, files } = await store.take({ folder: workspace, ...state, previous: null, label: 'one' });
      const text =
        files === 0 ? 'inside' : (await all((await store.read(id, 'a/b/file')).content)).toString();
      expect(text).toBe('inside');
    }
  });

  it('lead no restore out of them', async () => {
    const { root, workspace, store, takeAll } = await storeUnderTest();
    const outside = join(root, 'outside');
    mkdirSync(join(workspace, 'a'));
    mkdirSync(outside);
    writeFileSync(join(outside, 'file'), 'outside');
    writeFileSync(join(outside, 'more'), 'outside');
    const files = Array.from({ length: 20 }, (_, index) => join(workspace, 'a', `file${String(index)}`));
    for (const file of [...files, join(workspace, 'a/file')]) writeFileSync(file, 'one');
    const one = await takeAll('one');
    for (const file of files) writeFileSync(file, 'two');
    rmSync(join(workspace, 'a/file'));
    writeFileSync(join(workspace, 'a/more'), 'two');
    const two = await takeAll('two');
    const before = imageOf(outside);
    await exchange(join(workspace, 'a'), outside);
    for (let round = 0; round < ROUNDS; round += 1) {
      const to = round % 2 === 0 ? one.id : two.id;
      await store.restore({
        folder: workspace,
        ...NOTHING,
        previous: round % 2 === 0 ? two.id : one.id,
        to,
        label: 'left',
      });
      expect(imageOf(outside)).toEqual(before);
    }
  });

  it('have what no snapshot can hold named, and nothing waits for it', async () => {
    const { workspace, takeAll, store } = await storeUnderTest();
    execFileSync('mkfifo', [join(workspace, 'pipe')]);
    const server = createServer().listen(join(workspace, 'socket'));
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    for (const name of ['.GIT', 'inner/.git']) {
      mkdirSync(join(workspace, name, 'hooks'), { recursive: true });
      writeFileSync(join(workspace, name, 'hooks/run'), 'x');
    }
    mkdirSync(join(workspace, 'linked'));
    writeFileSync(join(workspace, 'linked/.git'), 'gitdir: /elsewhere');
    writeFileSync(join(workspace, 'inner/file'), 'of a repository in it');
    const taken = await takeAll('one');
    expect(taken.leftOut.toSorted((one, other) => (one.path < other.path ? -1 : 1))).toEqual([
      { path: '.GIT', why: 'repository' },
      { path: 'linked/.git', why: 'repository' },
      { path: 'pipe', why: 'special' },
      { path: 'socket', why: 'special' },
    ]);
    expect((await store.files(taken.id, 'inner')).map(({ name }) => name)).toEqual(['file']);
  });

  it('have files that change all the time', async () => {
    const { workspace, takeAll } = await storeUnderTest();
    const log = join(workspace, 'log');
    writeFileSync(log, 'x'.repeat(3 * 1024 * 1024));
    const writing = setInterval(() => appendFileSync(log, 'more'), 0);
    try {
      const { leftOut } = await takeAll('one');
      expect([[], [{ path: 'log', why: 'being_written' }]]).toContainEqual(leftOut);
    } finally {
      clearInterval(writing);
    }
    expect((await takeAll('two')).leftOut).toEqual([]);
  });
});

describe('a restore', () => {
  it('overwrites and removes nothing that no snapshot has', async () => {
    const { workspace, store, takeAll } = await storeUnderTest();
    for (const name of ['changed', 'gone', 'typed']) writeFileSync(join(workspace, name), 'one');
    const one = await takeAll('one');
    writeFileSync(join(workspace, 'changed'), 'two');
    rmSync(join(workspace, 'gone'));
    rmSync(join(workspace, 'typed'));
    mkdirSync(join(workspace, 'typed/node_modules'), { recursive: true });
    writeFileSync(join(workspace, 'typed/node_modules/left'), 'alone');
    writeFileSync(join(workspace, 'added'), 'two');
    const two = await takeAll('two');
    // Since the walk: nobody knows of it.
    writeFileSync(join(workspace, 'changed'), 'three');
    writeFileSync(join(workspace, 'added'), 'three');
    writeFileSync(join(workspace, 'gone'), 'three');
    const request = { folder: workspace, ...NOTHING, folders: ['typed'], previous: two.id, label: 'left' };
    const { kept, left } = await store.restore({ ...request, to: one.id });
    const byPath = kept.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    expect(byPath.map(({ path, why }) => [path, why])).toEqual([
      ['added', 'not_kept'],
      ['changed', 'not_kept'],
      ['typed', 'folder_not_empty'],
      ['typed', 'folder_not_empty'],
    ]);
    expect(readFileSync(join(workspace, 'changed'), 'utf8')).toBe('three');
    expect(readFileSync(join(workspace, 'added'), 'utf8')).toBe('three');
    expect(readFileSync(join(workspace, 'typed/node_modules/left'), 'utf8')).toBe('alone');
    // The walk did not see it either, but it could be kept.
    expect(readFileSync(join(workspace, 'gone'), 'utf8')).toBe('one');
    expect((await all((await store.read(left, 'gone')).content)).toString()).toBe('three');
  });

  it('leaves what was left out as it is', async () => {
    const { workspace, store, takeAll } = await storeUnderTest({ bounds: { file: 10, snapshot: 1000 } });
    writeFileSync(join(workspace, 'grows'), 'small');
    writeFileSync(join(workspace, 'large'), 'more than ten bytes');
    const one = await takeAll('one');
    writeFileSync(join(workspace, 'grows'), 'more than ten bytes');
    writeFileSync(join(workspace, 'large'), 'small');
    const state = stateSince(null, imageOf(workspace));
    const { kept } = await store.restore({
      folder: workspace,
      ...state,
      previous: null,
      to: one.id,
      label: 'left',
    });
    expect(kept).toEqual([
      { path: 'grows', why: 'not_kept' },
      { path: 'large', why: 'not_in_snapshot' },
    ]);
    expect(readFileSync(join(workspace, 'grows'), 'utf8')).toBe('more than ten bytes');
    expect(readFileSync(join(workspace, 'large'), 'utf8')).toBe('small');
  });

  it('works in a folder that its owner may not write', async () => {
    const { workspace, store, takeAll } = await storeUnderTest();
    mkdirSync(join(workspace, 'a'));
    writeFileSync(join(workspace, 'a/file'), 'one');
    chmodSync(join(workspace, 'a'), 0o555);
    const one = await takeAll('one');
    const image = imageOf(workspace);
    chmodSync(join(workspace, 'a'), 0o755);
    writeFileSync(join(workspace, 'a/file'), 'two');
    chmodSync(join(workspace, 'a'), 0o500);
    const state = stateSince(image, imageOf(workspace));
    await store.restore({ folder: workspace, ...state, previous: one.id, to: one.id, label: 'left' });
    expect(imageOf(workspace)).toEqual(image);
  });

  it('begins in no folder but the one that it was interrupted in', async () => {
    const { root, workspace, folder, store, takeAll } = await storeUnderTest();
    writeFileSync(join(workspace, 'file'), 'one');
    const one = await takeAll('one');
    writeFileSync(join(workspace, 'file'), 'two');
    const two = await takeAll('two');
    const journal = { folder: workspace, identity: 'of another', left: two.id, to: one.id, draft: '.draft' };
    writeFileSync(join(folder, 'restore.json'), JSON.stringify(journal));
    renameSync(workspace, join(root, 'moved'));
    symlinkSync(join(root, 'moved'), workspace);
    expect(await store.prune([])).toBeUndefined();
    expect(existsSync(join(folder, 'restore.json'))).toBe(false);
    expect(readFileSync(join(workspace, 'file'), 'utf8')).toBe('two');
    expect(readdirSync(join(root, 'moved'))).toEqual(['file']);
  });
});
