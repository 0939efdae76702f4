import { WorkspaceChanges } from '@cc-executor/contracts';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WorkspaceScanner } from '../../src/workspace/index.ts';

let folder: string;
const scanner = new WorkspaceScanner(['*.log', '/generated/']);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-scans-'));
});
afterAll(async () => {
  await scanner.close();
  await rm(folder, { recursive: true, maxRetries: 10, force: true });
});

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** A workspace with these files, last written an hour ago, and a scan of it. */
async function scanned(files: Record<string, string>) {
  const root = await mkdtemp(join(folder, 'workspace-'));
  const put = async (path: string, content: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  for (const [path, content] of Object.entries(files)) await put(path, content);
  const scan = await scanner.begin(root);
  onTestFinished(() => scan.release());
  const changes = async () => {
    const all = await scan.changes();
    expect(WorkspaceChanges.safeParse(all).error).toBeUndefined();
    return all;
  };
  return { root, put, scan, changes };
}

describe('a scan of a workspace', () => {
  it('reports what was added, changed and removed, with hashes', async () => {
    const { root, put, changes } = await scanned({ same: '1', 'deep/er/old': '2', gone: '3' });
    await put('deep/er/old', 'changed');
    await put('deep/new', 'new');
    await rm(join(root, 'gone'));
    expect(await changes()).toEqual({
      files_before: 3,
      files_after: 3,
      added: 1,
      changed: 1,
      removed: 1,
      left_out: 0,
      incomplete: [],
      changes: [
        change('deep/er/old', 'changed', 'changed'),
        change('deep/new', 'added', 'new'),
        { ...change('gone', 'removed', '3'), sha256: null },
      ],
    });
  });

  it('knows what a file was before, when the scan before has read it', async () => {
    const { root, put, scan, changes } = await scanned({});
    await put('a', 'one');
    await changes();
    const next = await scanner.begin(root, scan);
    onTestFinished(() => next.release());
    await put('a', 'two');
    const { changes: found } = await next.changes();
    expect(found).toEqual([{ ...change('a', 'changed', 'two'), sha256_before: sha256('one') }]);
  });

  it('sees a change that keeps the size and the times that can be set', async () => {
    const { root, put, changes } = await scanned({ a: 'old' });
    const { atime, mtime } = await stat(join(root, 'a'));
    await put('a', 'new');
    await utimes(join(root, 'a'), atime, mtime);
    expect((await changes()).changes).toEqual([change('a', 'changed', 'new')]);
  });

  it('takes a file that was written again with the same content for unchanged, where it knows the content', async () => {
    const { root, put, scan, changes } = await scanned({});
    await put('a', 'same');
    await changes();
    const next = await scanner.begin(root, scan);
    onTestFinished(() => next.release());
    await put('a', 'same');
    expect((await next.changes()).changes).toEqual([]);
  });

  it('leaves out what tools make, what the setting names, and what .gitignore names at its depth', async () => {
    const { put, changes } = await scanned({
      '.gitignore': '/out\n*.tmp\n!keep.tmp\n',
      'sub/.gitignore': 'x\n!y.tmp\n',
    });
    for (const path of [
      'node_modules/a/b',
      'sub/.git/c',
      'a.log',
      'generated/d',
      'out/e',
      'sub/f.tmp',
      'sub/x',
    ])
      await put(path, '');
    for (const path of ['keep.tmp', 'sub/y.tmp', 'sub/out', 'x', 'sub/generated/g']) await put(path, '');
    const found = await changes();
    expect(found.changes.map(({ path }) => path)).toEqual([
      'keep.tmp',
      'sub/generated/g',
      'sub/out',
      'sub/y.tmp',
      'x',
    ]);
    expect(found.left_out).toBe(7);
  });

  it('counts what a task adds to .gitignore only from the next task on, and shows that it was added', async () => {
    const { root, put, scan, changes } = await scanned({});
    await put('.gitignore', '*\n');
    await put('hidden', '1');
    expect((await changes()).changes.map(({ path }) => path)).toEqual(['.gitignore', 'hidden']);
    const next = await scanner.begin(root, scan);
    onTestFinished(() => next.release());
    await put('hidden', '2');
    await put('.gitignore', '*\n#\n');
    expect((await next.changes()).changes.map(({ path }) => path)).toEqual(['.gitignore']);
  });

  it('follows no link, and opens no socket and no pipe', async () => {
    const outside = await mkdtemp(join(folder, 'outside-'));
    await writeFile(join(outside, 'secret'), 'of others');
    const { root, changes } = await scanned({});
    await symlink(outside, join(root, 'folder'));
    await symlink(join(outside, 'secret'), join(root, 'link'));
    await symlink('nowhere', join(root, 'broken'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const server = createServer().listen(join(root, 'socket'));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    expect((await changes()).changes.map(({ path, kind, sha256: hash }) => [path, kind, hash])).toEqual([
      ['broken', 'link', sha256('nowhere')],
      ['folder', 'link', sha256(outside)],
      ['link', 'link', sha256(join(outside, 'secret'))],
      ['pipe', 'other', null],
      ['socket', 'other', null],
    ]);
  });

  it.runIf(process.platform === 'linux')('tells names that are not UTF-8 as their bytes', async () => {
    const { root, changes } = await scanned({});
    const name = Buffer.from([0x66, 0xff, 0xfe]);
    const inFolder = Buffer.concat([Buffer.from(`${root}/`), name]);
    await mkdir(inFolder);
    await writeFile(Buffer.concat([inFolder, Buffer.from('/'), name]), 'x');
    await writeFile(join(root, 'a\uFFFDb'), 'y');
    const path = Buffer.concat([name, Buffer.from('/'), name]).toString('base64');
    expect((await changes()).changes).toEqual([
      { ...change(path, 'added', 'x'), encoding: 'base64' },
      change('a\uFFFDb', 'added', 'y'),
    ]);
  });

  it('reads no more of a file than it had, and reports that it is being written', async () => {
    const { root, put, changes } = await scanned({});
    await put('endless', 'x'.repeat(1000));
    const writing = setInterval(() => void appendFile(join(root, 'endless'), 'more'), 0);
    onTestFinished(() => clearInterval(writing));
    await expect
      .poll(async () => (await changes()).changes[0], { timeout: 30_000, interval: 1 })
      .toMatchObject({ path: 'endless', sha256: null, note: 'being_written' });
  });

  it.runIf(process.getuid?.() !== 0)('tells what may not be read', async () => {
    const { root, put, changes } = await scanned({ 'shut/known': 'x' });
    await chmod(join(root, 'shut'), 0);
    onTestFinished(() => chmod(join(root, 'shut'), 0o700));
    await put('mine', 'x');
    await put('closed/a', 'x');
    await chmod(join(root, 'mine'), 0);
    await chmod(join(root, 'closed'), 0);
    onTestFinished(() => chmod(join(root, 'closed'), 0o700));
    const found = await changes();
    expect(found.changes).toMatchObject([{ path: 'mine', sha256: null, note: 'unreadable' }]);
    expect(found.incomplete.toSorted()).toEqual([
      '"closed" can\'t be read (EACCES)',
      '"shut" can\'t be read (EACCES)',
      'the content of 1 files could not be read',
    ]);
  });

  it('of a missing one is reported, and of one that was removed meanwhile too', async () => {
    const nowhere = await scanner.begin(join(folder, 'nowhere'));
    onTestFinished(() => nowhere.release());
    expect((await nowhere.changes()).incomplete).toEqual(["the folder itself can't be read (ENOENT)"]);
  });

  it('is not led elsewhere by a link in its place', async () => {
    const { root, changes } = await scanned({ a: '1' });
    const outside = await mkdtemp(join(folder, 'outside-'));
    await writeFile(join(outside, 'secret'), 'of others');
    await rm(root, { recursive: true, maxRetries: 10 });
    await symlink(outside, root);
    expect(await changes()).toMatchObject({
      changes: [],
      incomplete: ["the folder itself can't be read (ENOTDIR)"],
    });
  });

  it('changes nothing', async () => {
    const { root, changes } = await scanned({ a: '1' });
    const before = await stat(root);
    await changes();
    expect((await stat(root)).mtimeMs).toBe(before.mtimeMs);
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('1');
  });
});

describe('a thread that ends', () => {
  it('is reported in what was requested, and another takes its place', async () => {
    const own = new WorkspaceScanner();
    const scan = await own.begin(folder);
    await own.close();
    expect((await scan.changes()).incomplete).toEqual([expect.stringContaining('has ended')]);
    const next = await own.begin(folder, scan);
    expect((await next.changes()).incomplete).toEqual([]);
    await own.close();
  });
});

function change(path: string, what: 'added' | 'changed' | 'removed', content: string) {
  const hash = sha256(content);
  return { path, kind: 'file', change: what, bytes: content.length, sha256: hash, sha256_before: null };
}
