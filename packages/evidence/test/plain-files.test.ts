import { execFileSync } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  appendPlain,
  appendPlainSync,
  entriesOf,
  entriesOfSync,
  inside,
  namesIn,
  namesInSync,
  openFolder,
  readPlain,
  readPlainPart,
} from '../src/index.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-plain-'));
  path = join(folder, 'place');
  await writeFile(join(folder, 'precious'), 'precious');
});
afterEach(async () => await rm(folder, { recursive: true, maxRetries: 10 }));

/** No reader is waiting (ENXIO), a link (ELOOP), a folder (EISDIR). */
const REFUSED = /ENXIO|ELOOP|EISDIR|is not a file/;

/** What a task can put in the place of a file. */
const PLANTED: Record<string, () => unknown> = {
  'a pipe': () => execFileSync('mkfifo', [path]),
  'a link': async () => await symlink(join(folder, 'precious'), path),
  'a link to a device': async () => await symlink('/dev/zero', path),
  'a folder': async () => await mkdir(path),
};

describe.each(Object.keys(PLANTED))('%s in the place of a file', (what) => {
  beforeEach(async () => await PLANTED[what]?.());

  it('is neither read nor appended to', async () => {
    expect(await readPlainPart(path, 0, 100)).toBeNull();
    await expect(appendPlain(path)).rejects.toThrow(REFUSED);
    expect(() => appendPlainSync(path)).toThrow(REFUSED);
    expect(await readFile(join(folder, 'precious'), 'utf8')).toBe('precious');
  });
});

it('a part of a file is read from a byte on, and from its end', async () => {
  await writeFile(path, '0123456789');
  const read = async (begin: number, most: number) => (await readPlainPart(path, begin, most))?.toString();
  expect(await read(0, 4)).toBe('0123');
  expect(await read(8, 4)).toBe('89');
  expect(await read(20, 4)).toBe('');
  expect(await read(-3, 2)).toBe('78');
  expect(await read(-30, 100)).toBe('0123456789');
});

it('a file is read whole, of any size up to the limit', async () => {
  for (const size of [1, 65_535, 65_536, 65_537, 200_000]) {
    await writeFile(path, Buffer.alloc(size, 'abc'));
    expect((await readPlain(path, size))?.equals(Buffer.alloc(size, 'abc'))).toBe(true);
    await expect(readPlain(path, size - 1)).rejects.toThrow('has more than');
  }
  await writeFile(path, '');
  expect(await readPlain(path, 0)).toEqual(Buffer.alloc(0));
});

it.runIf(process.platform === 'linux')('a file of the kernel, which has no size, is read whole', async () => {
  expect((await readPlain('/proc/self/status', 1e6))?.toString()).toMatch(/^Name:[^]*\n$/);
});

it('appending makes the file with its mode, and keeps what is in it', async () => {
  for (const text of ['one', 'two']) {
    const file = appendPlainSync(path, 0o600);
    writeSync(file, text);
    closeSync(file);
  }
  expect(await readFile(path, 'utf8')).toBe('onetwo');
});

describe('a folder', () => {
  it('is listed entry by entry, and no further than it is asked', async () => {
    await mkdir(path);
    for (const name of ['a', 'b', 'c']) await writeFile(join(path, name), '');
    const names: string[] = [];
    for await (const { name } of entriesOf(path)) names.push(name);
    expect(names.toSorted()).toEqual(['a', 'b', 'c']);
    expect([...entriesOfSync(path)].map(({ name }) => name).toSorted()).toEqual(['a', 'b', 'c']);
    expect(namesInSync(path, 3).toSorted()).toEqual(['a', 'b', 'c']);
    expect(() => namesInSync(path, 2)).toThrow('has more than 2 entries');
    await expect(namesIn(path, 2)).rejects.toThrow('has more than 2 entries');
  });

  it('is listed with names that are not UTF-8', async () => {
    const raw = Buffer.concat([Buffer.from(`${path}/`), Buffer.of(0xff)]);
    await mkdir(path);
    await mkdir(raw);
    await writeFile(Buffer.concat([raw, Buffer.from('/file')]), '');
    const [sub] = await Array.fromAsync(inside(path));
    expect(sub).toEqual({ at: raw, name: Buffer.of(0xff), isFolder: true, isFile: false, isPipe: false });
    expect(await Array.fromAsync(inside(raw))).toMatchObject([{ isFolder: false, isFile: true }]);
  });

  it('that is not there, or is a file, has no entries', async () => {
    for (const other of [path, join(folder, 'precious')]) {
      expect(await Array.fromAsync(inside(other))).toEqual([]);
      for await (const { name } of entriesOf(other)) expect(name).toBe('none');
      expect(namesInSync(other)).toEqual([]);
      await expect(openFolder(other)).rejects.toThrow(/ENOENT|ENOTDIR/);
    }
  });
});
