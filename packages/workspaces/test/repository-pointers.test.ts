import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { git, hasRun, userRepository } from './user-repository.ts';

vi.setConfig({ testTimeout: 120_000 });

// Git follows what the files of a repository name, and a task writes those of its clone: what is outside must reach neither the
// branch nor the clone, which the next task reads.

const ask = (task: number) => ({ task, subject: `task ${String(task)}`, trailers: {} });

/** A clone in which a task has worked, and a repository outside with a commit that nobody else has. */
async function begun() {
  const one = userRepository();
  const work = one.work();
  await work.prepare();
  writeFileSync(join(one.workspace, 'first'), '1');
  await work.commit(ask(1));
  const outside = join(one.root, 'outside');
  mkdirSync(outside);
  git(outside, 'init', '-q', '-b', 'main');
  writeFileSync(join(outside, 'secret'), 'canary');
  git(outside, 'add', '.');
  git(outside, 'commit', '-q', '-m', 'secret');
  return { ...one, work, outside: join(outside, '.git'), secret: git(outside, 'rev-parse', 'HEAD') };
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function link(to: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(to, path);
}

/** Returns whether a repository has an object. */
function has(repository: string, id: string): boolean {
  try {
    execFileSync('git', ['-C', repository, 'cat-file', '-e', id], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

type Plant = (clone: string, outside: string) => void;

/** Each leads git from the folder of a clone to objects of another one. */
const TO_OBJECTS: readonly (readonly [string, Plant])[] = [
  ['alternates', (clone, outside) => put(join(clone, 'objects/info/alternates'), `${outside}/objects\n`)],
  [
    'alternates of alternates',
    (clone, outside) => {
      put(join(clone, 'middle/info/alternates'), `${outside}/objects\n`);
      put(join(clone, 'objects/info/alternates'), '../middle\n');
    },
  ],
  [
    'a link in the place of its objects',
    (clone, outside) => {
      execFileSync('cp', ['-a', `${clone}/objects/.`, `${outside}/objects`]);
      link(`${outside}/objects`, join(clone, 'objects'));
    },
  ],
  [
    'links in the place of folders of its objects',
    (clone, outside) => {
      for (const name of readdirSync(join(outside, 'objects')).filter((one) => /^..$/.test(one)))
        if (!readdirSync(join(clone, 'objects')).includes(name))
          link(join(outside, 'objects', name), join(clone, 'objects', name));
        else
          for (const object of readdirSync(join(outside, 'objects', name)))
            link(join(outside, 'objects', name, object), join(clone, 'objects', name, object));
    },
  ],
  [
    'a link in the place of its .git',
    (clone, outside) => {
      execFileSync('cp', ['-a', `${clone}/.`, outside]);
      link(outside, clone);
    },
  ],
];

// Proves: users-repository-is-left
describe('a task that makes its own commit on top of one of another repository', () => {
  it.each(TO_OBJECTS)('brings nothing of that to the branch by %s', async (_, plant) => {
    const one = await begun();
    const { work, workspace, outside, secret } = one;
    // It knows the name of that commit.
    const tree = git(workspace, 'rev-parse', 'HEAD^{tree}');
    const text = (parents: string[]) =>
      [
        `tree ${tree}`,
        ...parents.map((id) => `parent ${id}`),
        'author A <a@a> 1 +0000',
        'committer A <a@a> 1 +0000',
        '',
        'own',
        '',
      ].join('\n');
    const made = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], {
      cwd: workspace,
      input: text([git(workspace, 'rev-parse', 'HEAD'), secret]),
      encoding: 'utf8',
    }).trim();
    put(join(workspace, '.git/refs/heads/cc-executor/one'), `${made}\n`);
    // Also where it was taken before there was a way to the objects of the other one.
    await work.commit(ask(2)).catch(() => null);
    plant(join(workspace, '.git'), outside);
    writeFileSync(join(workspace, 'second'), '2');
    await work.commit(ask(3)).catch(() => null);
    await work.deliver();
    expect(has(one.user, secret)).toBe(false);
    expect(git(one.user, 'log', '--format=%H', 'cc-executor/one')).not.toContain(secret);
    expect(git(one.user, 'fsck', '--full')).toBe('');
    expect(hasRun(one)).toBe('');
  });
});

/** Each makes a folder a repository whose HEAD is a commit of another one, or what looks like one. */
const TO_HEAD: readonly (readonly [string, Plant])[] = [
  ['a file that names another folder', (inner, outside) => put(inner, `gitdir: ${outside}\n`)],
  ['a relative one', (inner) => put(inner, 'gitdir: ../../outside/.git\n')],
  ['a link in its place', (inner, outside) => link(outside, inner)],
  [
    'another folder for its refs',
    (inner, outside) => {
      git(dirname(inner), 'init', '-q', '-b', 'main');
      put(join(inner, 'commondir'), `${outside}\n`);
    },
  ],
  [
    'a link in the place of its branch',
    (inner, outside) => {
      git(dirname(inner), 'init', '-q', '-b', 'main');
      link(join(outside, 'refs/heads/main'), join(inner, 'refs/heads/main'));
    },
  ],
  [
    'a link in the place of its branches',
    (inner, outside) => {
      git(dirname(inner), 'init', '-q', '-b', 'main');
      link(join(outside, 'refs/heads'), join(inner, 'refs/heads'));
    },
  ],
  [
    'a link in the place of its packed refs',
    (inner, outside) => {
      git(dirname(outside), 'pack-refs', '--all');
      git(dirname(inner), 'init', '-q', '-b', 'main');
      link(join(outside, 'packed-refs'), join(inner, 'packed-refs'));
    },
  ],
];

// Proves: users-repository-is-left
describe('a task that makes a repository in its workspace', () => {
  it.each(TO_HEAD)('learns nothing of another one by %s', async (_, plant) => {
    const one = await begun();
    const { work, workspace, outside, secret } = one;
    mkdirSync(join(workspace, 'inner'));
    plant(join(workspace, 'inner/.git'), outside);
    // Git itself is led there.
    expect(git(join(workspace, 'inner'), 'rev-parse', '--verify', 'HEAD')).toBe(secret);
    writeFileSync(join(workspace, 'second'), '2');
    const committed = await work.commit(ask(2));
    expect(committed?.warnings).toEqual([expect.stringContaining('inner')]);
    await work.deliver();
    expect(git(one.user, 'ls-tree', '-r', 'cc-executor/one')).not.toContain(secret);
    expect(git(one.user, 'ls-tree', '-r', 'cc-executor/one')).toContain('second');
    expect(git(workspace, 'ls-files', '--stage')).not.toContain(secret);
    // Nor among very many files.
    mkdirSync(join(workspace, 'many'));
    for (let file = 0; file < 501; file += 1) writeFileSync(join(workspace, 'many', String(file)), '');
    await work.commit(ask(3));
    expect(git(workspace, 'ls-files', '--stage')).not.toContain(secret);
    expect(git(workspace, 'ls-files', 'many').split('\n')).toHaveLength(501);
  });

  it.each([
    ['in a folder of its own', () => undefined],
    ['with packed refs', (inner: string) => git(inner, 'pack-refs', '--all')],
    ['without a branch', (inner: string) => git(inner, 'checkout', '-q', '--detach')],
    [
      'whose files are elsewhere in the workspace',
      (inner: string) => {
        renameSync(join(inner, '.git'), join(inner, '../.git/of-inner'));
        writeFileSync(join(inner, '.git'), 'gitdir: ../.git/of-inner\n');
      },
    ],
  ])('has its commit on the branch, %s', async (_, change) => {
    const { work, workspace } = await begun();
    const inner = join(workspace, 'inner');
    git(workspace, 'init', '-q', '-b', 'main', 'inner');
    for (const message of ['one', 'two']) {
      git(inner, 'commit', '-q', '--allow-empty', '-m', message);
      change(inner);
      expect((await work.commit(ask(2)))?.warnings).toEqual([]);
      expect(git(workspace, 'ls-files', '--stage', 'inner')).toContain(git(inner, 'rev-parse', 'HEAD'));
      if (message === 'one' && _.startsWith('whose')) break;
    }
    rmSync(inner, { recursive: true });
    writeFileSync(inner, 'a file in its place');
    await work.commit(ask(3));
    expect(git(workspace, 'ls-files', '--stage', 'inner')).toMatch(/^100644/);
  });
});
