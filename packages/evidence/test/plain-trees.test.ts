import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAround, OpenedFolder } from '../src/opened-folder.ts';
import { copyPlain, giveFolder } from '../src/plain-trees.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cc-trees-'));
  await mkdir(join(root, 'ws/in'), { recursive: true });
  await mkdir(join(root, 'outside'));
  await writeFile(join(root, 'outside/config'), 'SECRET');
  await writeFile(join(root, 'ws/in/config'), 'plain');
});
afterEach(async () => await rm(root, { recursive: true, maxRetries: 10 }));

const at = (path: string) => join(root, path);
const name = Buffer.from('in');

describe('a folder that was opened', () => {
  it('stays the same one when a link is put in its place', async () => {
    const workspace = await OpenedFolder.open(at('ws'));
    const inner = await workspace.enter(name);
    expect(await inner.isAt(at('ws/in'))).toBe(true);
    await rename(at('ws/in'), at('ws/moved'));
    await symlink(at('outside'), at('ws/in'));
    expect(readFileSync(inner.at(Buffer.from('config')), 'utf8')).toBe('plain');
    expect(await inner.isAt(at('ws/in'))).toBe(false);
    await expect(workspace.enter(name)).rejects.toThrow(/ELOOP|ENOTDIR/);
    await expect(openAround(at('ws'), Buffer.from('in/config'))).rejects.toThrow(/ELOOP|ENOTDIR/);
    await expect(copyPlain(at('ws'), 'in/config', at('copy'))).rejects.toThrow(/ELOOP|ENOTDIR/);
    await inner.close();
    await workspace.close();
  });

  it('is not entered without end', async () => {
    let folder = await OpenedFolder.open(at('ws'));
    const opened = [folder];
    const deeper = async () => {
      await mkdir(folder.at(name)).catch(() => undefined);
      folder = await folder.enter(name);
      opened.push(folder);
    };
    const deep = async () => {
      for (;;) await deeper();
    };
    await expect(deep()).rejects.toThrow('More than 256 folders are in each other');
    for (const one of opened) await one.close();
  });
});

it('copies files, folders and links as they are', async () => {
  const old = new Date('2020-01-01');
  await utimes(at('ws/in/config'), old, old);
  await chmod(at('ws/in/config'), 0o751);
  await symlink('../../outside/config', at('ws/in/link'));
  await copyPlain(at('ws'), 'in', at('copy'));
  expect(readdirSync(at('copy')).toSorted()).toEqual(['config', 'link']);
  expect(lstatSync(at('copy/link')).isSymbolicLink()).toBe(true);
  expect(await stat(at('copy/config'))).toMatchObject({ mode: 0o100751, mtime: old });
  await copyPlain(at('ws'), 'in', at('linked'), true);
  expect((await stat(at('linked/config'))).ino).toBe((await stat(at('ws/in/config'))).ino);
  await expect(copyPlain(at('ws'), 'none', at('other'))).rejects.toThrow('nothing at none');
});

/** Puts links to what is outside in the place of a file and a folder, and takes them away again, until it is ended. */
const SWAPPING = `
const { renameSync, symlinkSync, mkdirSync, writeFileSync, unlinkSync } = require('node:fs');
const { parentPort, workerData: root } = require('node:worker_threads');
const [ws, outside] = [root + '/ws', root + '/outside'];
for (let turn = 0; ; turn += 1) {
  symlinkSync(outside + '/config', ws + '/s'); renameSync(ws + '/s', ws + '/in/config');
  writeFileSync(ws + '/p', 'plain'); renameSync(ws + '/p', ws + '/in/config');
  renameSync(ws + '/in', ws + '/away'); symlinkSync(outside, ws + '/in');
  unlinkSync(ws + '/in'); renameSync(ws + '/away', ws + '/in');
  if (turn === 0) parentPort.postMessage('begun');
}`;

it('copies and gives nothing from outside while links are swapped in', async () => {
  const swapping = new Worker(SWAPPING, { eval: true, workerData: root });
  await once(swapping, 'message');
  const contents = new Set<string>();
  const isRoot = process.getuid?.() === 0;
  try {
    for (let turn = 0; turn < 100; turn += 1) {
      const to = at(`copy-${String(turn)}`);
      await copyPlain(root, 'ws/in', to).catch(() => undefined);
      const isThere = lstatSync(to, { throwIfNoEntry: false })?.isDirectory();
      const copied = isThere ? lstatSync(join(to, 'config'), { throwIfNoEntry: false }) : null;
      if (copied?.isFile()) contents.add(readFileSync(join(to, 'config'), 'utf8'));
      await rm(to, { recursive: true, force: true });
      if (isRoot) await giveFolder(at('ws'), { uid: 1000, gid: 1000 });
    }
  } finally {
    await swapping.terminate();
  }
  expect([...contents]).not.toContain('SECRET');
  expect(lstatSync(at('outside/config')).uid).toBe(process.getuid?.());
});

it.runIf(process.getuid?.() === 0)("gives root's files in a folder, and no others", async () => {
  const user = { uid: 1000, gid: 1001 };
  await symlink(at('outside/config'), at('ws/link'));
  await giveFolder(at('ws'), user);
  for (const path of ['ws', 'ws/in', 'ws/in/config', 'ws/link'])
    expect([path, lstatSync(at(path)).uid]).toEqual([path, user.uid]);
  expect(lstatSync(at('outside/config')).uid).toBe(0);
  // Nothing is reached through a link in the way.
  await symlink(at('outside'), at('way'));
  await mkdir(at('outside/ws'));
  await giveFolder(at('way/ws'), user);
  await giveFolder(at('way'), user);
  await giveFolder(at('none'), user);
  expect(lstatSync(at('outside')).uid).toBe(0);
  expect(lstatSync(at('outside/ws')).uid).toBe(0);
});
