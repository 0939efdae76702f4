import { rounds } from '@cc-executor/testkit';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { RepositoryWork } from '../src/index.ts';
import { bringToClone } from '../src/repository/in-clone.ts';
import { OwnRepository } from '../src/repository/own-repository.ts';
import { git, userRepository, type UserRepository } from './user-repository.ts';
import { imageOf } from './walked.ts';

vi.setConfig({ testTimeout: 300_000 });

const SWAPS = join(import.meta.dirname, 'fixtures/swaps-folders.ts');

const ask = (task: number) => ({ task, subject: `task ${String(task)}`, trailers: {} });
const onBranch = ({ user }: Pick<UserRepository, 'user'>) =>
  git(user, 'log', '--reverse', '--format=%s', 'main..cc-executor/one').split('\n');
const filesOn = ({ user }: Pick<UserRepository, 'user'>) =>
  git(user, 'ls-tree', '-r', '-z', '--name-only', 'cc-executor/one').split('\0').slice(0, -1);

/** A clone with the commit of one task, which was delivered. */
async function begun(of: Parameters<UserRepository['work']>[0] = {}) {
  const one = userRepository();
  const work = one.work(of);
  await work.prepare();
  writeFileSync(join(one.workspace, 'first'), '1');
  await work.commit(ask(1));
  await work.deliver();
  return { ...one, work };
}

// Proves: users-repository-is-left
describe('work for a repository continues', () => {
  it.each(['.gitattributes', 'src/.gitignore', 'inner/.git/HEAD'])(
    'where a task has put a pipe in the place of %s',
    async (name) => {
      const one = await begun();
      const { work } = one;
      const before = one.image();
      const pipe = join(one.workspace, name);
      writeFileSync(join(one.workspace, 'second'), '2');
      if (name.startsWith('inner/')) {
        git(one.workspace, 'init', '-q', 'inner');
        git(join(one.workspace, 'inner'), 'commit', '-q', '--allow-empty', '-m', 'inner');
      }
      rmSync(pipe, { force: true });
      execFileSync('mkfifo', [pipe]);
      await expect(work.commit(ask(2))).rejects.toThrow(/is a pipe.*git would wait for it/);
      // Where it does not need what the pipe is in the place of, it may succeed.
      expect(await work.deliver().then(String, String)).toMatch(/^null$|is a pipe/);
      expect(one.image()).toEqual(before);
      rmSync(name.startsWith('inner/') ? join(one.workspace, 'inner') : pipe, { recursive: true });
      await work.commit(ask(3));
      await work.deliver();
      expect(filesOn(one)).toContain('second');
    },
  );

  it('where a task has left a file that is too large, which is named and not read', async () => {
    const one = await begun();
    const { work } = one;
    const large = join(one.workspace, 'large "one"');
    writeFileSync(large, '');
    truncateSync(large, 5 * 1024 ** 3);
    writeFileSync(join(one.workspace, 'second'), '2');
    const committed = await work.commit(ask(2));
    expect(committed?.warnings).toEqual([
      expect.stringMatching(/1 file is larger .*CC_EXECUTOR_SNAPSHOT_FILE_BYTES.*large "one"/),
    ]);
    expect(await work.commit(ask(3))).toBeNull();
    await work.deliver();
    expect(filesOn(one)).toEqual(['.gitignore', 'first', 'second', 'src/one.txt']);
    truncateSync(large, 3);
    expect(await work.commit(ask(4))).toMatchObject({ warnings: [] });
    await work.deliver();
    expect(filesOn(one)).toContain('large "one"');
    truncateSync(large, 5 * 1024 ** 3);
    expect(await work.commit(ask(5))).toMatchObject({ warnings: [expect.stringContaining('large "one"')] });
    expect(await work.commit(ask(6))).toBeNull();
    await work.deliver();
    expect(git(one.user, 'cat-file', '-s', 'cc-executor/one:large "one"')).toBe('3');
  });

  it('where a task has left very many files', async () => {
    const one = await begun();
    const { work } = one;
    for (let file = 0; file < 3000; file += 1) {
      const path = join(one.workspace, `many/${String(file % 100)}/${String(file)}`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, String(file));
    }
    writeFileSync(join(one.workspace, 'large'), '');
    truncateSync(join(one.workspace, 'large'), 5 * 1024 ** 3);
    expect((await work.commit(ask(2)))?.warnings).toHaveLength(1);
    await work.deliver();
    expect(filesOn(one)).toHaveLength(3003);
    expect(git(one.workspace, 'status', '--porcelain')).toBe('?? large');
    expect(git(one.workspace, 'fsck', '--full')).toBe('');
    rmSync(join(one.workspace, 'many'), { recursive: true });
    writeFileSync(join(one.workspace, 'many'), 'a file now');
    expect(await work.commit(ask(3))).toMatchObject({ warnings: [] });
    await work.deliver();
    expect(filesOn(one)).toEqual(['.gitignore', 'first', 'many', 'src/one.txt']);
  });

  it.each([
    ['deleted', (clone: string) => rmSync(join(clone, '.git'), { recursive: true })],
    [
      'replaced by a link',
      (clone: string) => {
        rmSync(join(clone, '.git'), { recursive: true });
        symlinkSync('/nonexistent', join(clone, '.git'));
      },
    ],
    [
      'made new',
      (clone: string) => {
        rmSync(join(clone, '.git'), { recursive: true });
        git(clone, 'init', '-q');
      },
    ],
    ['emptied', (clone: string) => rmSync(join(clone, '.git/objects'), { recursive: true })],
    [
      'with a pipe in the place of its HEAD',
      (clone: string) => {
        rmSync(join(clone, '.git/HEAD'));
        execFileSync('mkfifo', [join(clone, '.git/HEAD')]);
      },
    ],
    [
      'with a pipe that names other objects',
      (clone: string) => execFileSync('mkfifo', [join(clone, '.git/objects/info/alternates')]),
    ],
  ])('where a task has its .git %s', async (_, breakIt) => {
    const one = await begun();
    const { work } = one;
    const before = one.image();
    writeFileSync(join(one.workspace, 'second'), '2');
    breakIt(one.workspace);
    const committed = await work.commit(ask(2));
    expect(committed?.warnings.join()).toMatch(/missing or damaged|left the branch/);
    await work.deliver();
    writeFileSync(join(one.workspace, 'third'), '3');
    await work.commit(ask(3));
    await work.deliver();
    expect(onBranch(one)).toEqual(['task 1', 'task 2', 'task 3']);
    expect(filesOn(one)).toEqual(['.gitignore', 'first', 'second', 'src/one.txt', 'third']);
    expect(git(one.user, 'fsck', '--full')).toBe('');
    expect(one.image()).toEqual(before);
  });

  it('where an agent commits what git ignores, and leaves something else', async () => {
    const one = await begun();
    const { work } = one;
    writeFileSync(join(one.workspace, 'ignored'), 'and committed');
    git(one.workspace, 'add', '-f', 'ignored');
    git(one.workspace, 'commit', '-q', '-m', 'own');
    writeFileSync(join(one.workspace, 'second'), '2');
    await work.commit(ask(2));
    await work.deliver();
    expect(onBranch(one)).toEqual(['task 1', 'own', 'task 2']);
    expect(filesOn(one)).toEqual(['.gitignore', 'first', 'ignored', 'second', 'src/one.txt']);
  });

  it.runIf(process.platform === 'linux').each(['.git', '.git/refs', '.git/refs/heads'])(
    'where something puts a link in the place of %s at any moment',
    async (name) => {
      const one = await begun();
      const own = new OwnRepository(one.places());
      const commits = [await own.tip(), await own.base()];
      // It looks like what it is in the place of.
      const elsewhere = join(one.root, 'elsewhere');
      for (const folder of ['objects', 'refs/heads/cc-executor', 'heads/cc-executor', 'cc-executor'])
        mkdirSync(join(elsewhere, folder), { recursive: true });
      writeFileSync(join(elsewhere, 'HEAD'), `ref: ${own.ref}\n`);
      const before = imageOf(elsewhere, { all: true });
      const swapping = spawn(process.execPath, [SWAPS, join(one.workspace, name), elsewhere]);
      try {
        await once(swapping.stdout, 'data');
        for (let round = 0; round < rounds({ short: 20, nightly: 1000 }); round += 1)
          await bringToClone(own, commits[round % 2] ?? '');
      } finally {
        swapping.kill('SIGKILL');
        await once(swapping, 'exit');
      }
      expect(imageOf(elsewhere, { all: true })).toEqual(before);
    },
  );

  it('where an agent throws its own commits away, with all that git had of them', async () => {
    const one = await begun();
    const { work } = one;
    writeFileSync(join(one.workspace, 'own'), 'own');
    git(one.workspace, 'add', '-A');
    git(one.workspace, 'commit', '-q', '-m', 'own');
    await work.commit(ask(2));
    await work.deliver();
    git(one.workspace, 'reset', '-q', '--hard', 'HEAD~1');
    git(one.workspace, 'reflog', 'expire', '--expire=now', '--all');
    git(one.workspace, 'gc', '-q', '--prune=now');
    writeFileSync(join(one.workspace, 'third'), '3');
    await work.commit(ask(3));
    await work.deliver();
    expect(onBranch(one)).toEqual(['task 1', 'own', 'task 3']);
    expect(filesOn(one)).toEqual(['.gitignore', 'first', 'src/one.txt', 'third']);
    expect(git(one.user, 'fsck', '--full')).toBe('');
  });

  it.each([
    [
      'amends what was committed',
      (clone: string) => git(clone, 'commit', '-q', '-a', '--amend', '-m', 'amended'),
    ],
    ['is in the middle of a rebase', startRebase],
    ['checks out another branch', (clone: string) => git(clone, 'checkout', '-q', '-b', 'other', 'HEAD~1')],
    ['checks out no branch', (clone: string) => git(clone, 'checkout', '-q', '--detach')],
    ['goes back', (clone: string) => git(clone, 'reset', '-q', '--soft', 'HEAD~1')],
    [
      'removes the branch',
      (clone: string) => {
        git(clone, 'checkout', '-q', '--detach');
        git(clone, 'branch', '-q', '-D', 'cc-executor/one');
      },
    ],
    ['leaves the index locked', (clone: string) => writeFileSync(join(clone, '.git/index.lock'), '')],
  ])('where an agent %s, with what is in the folder', async (_, change) => {
    const one = await begun();
    const { work } = one;
    change(one.workspace);
    writeFileSync(join(one.workspace, 'second'), '2');
    expect(await work.commit(ask(2))).not.toBeNull();
    await work.deliver();
    const there = git(one.workspace, 'ls-files', '-c', '-o', '--exclude-standard').split('\n').toSorted();
    expect(filesOn(one)).toEqual([...new Set(there)].filter((name) => isThere(one, name)));
    expect(git(one.user, 'log', '--format=%s', 'cc-executor/one')).toContain('task 1');
    writeFileSync(join(one.workspace, 'third'), '3');
    await work.commit(ask(3));
    await work.deliver();
    expect(filesOn(one)).toContain('third');
    expect(git(one.user, 'fsck', '--full')).toBe('');
  });
});

function isThere({ workspace }: Pick<UserRepository, 'workspace'>, name: string): boolean {
  return readdirSync(join(workspace, dirname(name))).includes(name.split('/').at(-1) ?? '');
}

function startRebase(clone: string): void {
  writeFileSync(join(clone, 'first'), 'another');
  git(clone, 'commit', '-q', '-a', '-m', 'another');
  git(clone, 'checkout', '-q', '-b', 'other', 'HEAD~2');
  writeFileSync(join(clone, 'first'), 'a third');
  git(clone, 'add', '-A');
  git(clone, 'commit', '-q', '-m', 'a third');
  try {
    git(clone, 'rebase', '-q', 'cc-executor/one');
  } catch {
    // It stops at the conflict.
  }
}

describe('a clone', () => {
  it('includes files of any name, and commits none of them', async () => {
    const one = userRepository();
    const name = Buffer.from('secrets/k\xff\xfeey', 'latin1');
    const at = (root: string) => Buffer.concat([Buffer.from(`${root}/`), name]);
    mkdirSync(join(one.user, 'secrets'));
    writeFileSync(at(one.user), 'SECRET=made-up');
    const odd = ['secrets/new\nline', 'secrets/end\r', 'secrets/#[*]?!', 'secrets/ space ', 'secrets/"q"\t'];
    for (const path of odd) one.put(path, 'SECRET=made-up');
    const work = one.work({ include: ['secrets/**'] });
    await work.prepare();
    expect(readFileSync(at(one.workspace), 'utf8')).toBe('SECRET=made-up');
    expect(await work.included()).toHaveLength(odd.length + 1);
    expect(await work.commit(ask(1))).toBeNull();
    writeFileSync(join(one.workspace, 'secrets/own'), 'own');
    await work.commit(ask(2));
    await work.deliver();
    expect(filesOn(one)).toEqual(['.gitignore', 'secrets/own', 'src/one.txt']);
  });

  it.each([
    ['without git', null, /needs git, and there is none/i],
    ['with a git that is too old', 'git version 2.25.1', /needs git 2\.38 or newer.*2\.25\.1/is],
  ])('on a machine %s is refused with that', async (_, version, message) => {
    const one = userRepository();
    const path = join(one.root, 'bin');
    mkdirSync(path);
    if (version !== null) writeFileSync(join(path, 'git'), `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
    for (const of of [
      { path: one.user, url: null },
      { path: null, url: 'https://example.invalid/x' },
    ]) {
      const work = new RepositoryWork({
        ...one.places({ ...of, deliver: 'none' }),
        git: { program: 'git', path },
      });
      await expect(work.prepare()).rejects.toThrow(message);
      expect(readdirSync(one.workspace)).toEqual([]);
    }
  });
});
