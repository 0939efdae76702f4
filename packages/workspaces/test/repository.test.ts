import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { rounds } from '@cc-executor/testkit';
import { describe, expect, it } from 'vitest';
import { git, hasRun, messUp, userRepository } from './user-repository.ts';

const ask = (subject = 'a task') => ({ task: 1, subject, trailers: { Execution: 'one', Task: '1' } });

// Proves: users-repository-is-left
describe('work for a repository', () => {
  it('comes back as a branch with a commit for each task', async () => {
    const one = userRepository();
    const before = one.image();
    const work = one.work();
    await work.prepare();
    writeFileSync(join(one.workspace, 'src/two.txt'), 'two\n');
    expect(await work.commit(ask('Write two'))).toMatchObject({ by: 'cc-executor', warnings: [] });
    expect(await work.deliver()).not.toBeNull();
    expect(await work.commit(ask())).toBeNull();
    expect(await work.deliver()).toBeNull();
    rmSync(join(one.workspace, 'src/one.txt'));
    await work.commit(ask('Remove one'));
    const delivered = await work.deliver();
    expect(
      git(one.user, 'log', '--format=%s|%an|%(trailers:key=Task,valueonly)', 'cc-executor/one', '^main'),
    ).toMatch(/^Remove one\|cc-executor\|1\s+Write two\|cc-executor\|1$/);
    expect(git(one.user, 'rev-parse', 'cc-executor/one')).toBe(delivered?.commit);
    expect(git(one.user, 'ls-tree', '-r', '--name-only', 'cc-executor/one').split('\n')).toEqual([
      '.gitignore',
      'src/two.txt',
    ]);
    expect(git(one.workspace, 'status', '--porcelain')).toBe('');
    expect(git(one.workspace, 'rev-parse', 'HEAD')).toBe(delivered?.commit);
    expect(git(one.workspace, 'remote')).toBe('');
    expect(one.image()).toEqual(before);
    expect(hasRun(one)).toBe('');
  });

  it('keeps what the agent committed itself', async () => {
    const one = userRepository();
    const work = one.work();
    await work.prepare();
    writeFileSync(join(one.workspace, 'by-agent'), '1');
    git(one.workspace, 'add', '-f', 'by-agent');
    git(one.workspace, 'commit', '-q', '-m', 'by the agent');
    expect(await work.commit(ask())).toMatchObject({ by: 'agent', warnings: [] });
    writeFileSync(join(one.workspace, 'more'), '1');
    git(one.workspace, 'commit', '-q', '--allow-empty', '-m', 'empty');
    await work.commit(ask('the rest'));
    await work.deliver();
    expect(git(one.user, 'log', '--format=%s', 'cc-executor/one').split('\n')).toEqual([
      'the rest',
      'empty',
      'by the agent',
      'first',
    ]);
  });

  it.each([
    ['deletes .git', (clone: string) => rmSync(join(clone, '.git'), { recursive: true })],
    [
      'puts a link in the place of .git',
      (clone: string) => {
        rmSync(join(clone, '.git'), { recursive: true });
        symlinkSync('/nonexistent', join(clone, '.git'));
      },
    ],
  ])(
    'says what is wrong when a task %s that nobody else has, and leaves everything where it is',
    async (_, breakIt) => {
      const one = userRepository();
      const before = one.image();
      const work = one.work();
      await work.prepare();
      writeFileSync(join(one.workspace, 'new'), '1');
      breakIt(one.workspace);
      const elsewhere = join(one.root, 'elsewhere');
      renameSync(one.user, elsewhere);
      await expect(work.commit(ask())).rejects.toThrow(/its \.git was removed or damaged/);
      renameSync(elsewhere, one.user);
      expect(await work.deliver()).toBeNull();
      expect(readFileSync(join(one.workspace, 'new'), 'utf8')).toBe('1');
      expect(one.image()).toEqual(before);
    },
  );

  it('puts what is left on the branch when an agent rebases or checks out something else', async () => {
    const one = userRepository();
    const work = one.work();
    await work.prepare();
    writeFileSync(join(one.workspace, 'first'), '1');
    await work.commit(ask('first task'));
    git(one.workspace, 'checkout', '-q', '--orphan', 'elsewhere');
    writeFileSync(join(one.workspace, 'second'), '2');
    git(one.workspace, 'add', '-A');
    git(one.workspace, 'commit', '-q', '-m', 'elsewhere');
    const committed = await work.commit(ask('second task'));
    expect(committed?.warnings.join()).toContain('left the branch');
    await work.deliver();
    expect(git(one.user, 'ls-tree', '-r', '--name-only', 'cc-executor/one').split('\n')).toContain('second');
    expect(git(one.workspace, 'log', '-1', '--format=%s')).toBe('elsewhere');
  });

  it('obeys nothing that a task put into the clone', async () => {
    const one = userRepository();
    const work = one.work();
    await work.prepare();
    mkdirSync(join(one.workspace, '.git/hooks'), { recursive: true });
    for (const hook of ['pre-commit', 'post-commit', 'reference-transaction', 'post-index-change'])
      writeFileSync(join(one.workspace, '.git/hooks', hook), `#!/bin/sh\ntouch ${one.root}/ran\n`, {
        mode: 0o755,
      });
    appendFileSync(
      join(one.workspace, '.git/config'),
      `[core]\n\tfsmonitor = "touch ${one.root}/ran"\n\talternateRefsCommand = "touch ${one.root}/ran"\n` +
        `[filter "x"]\n\tclean = "touch ${one.root}/ran; cat"\n\tsmudge = "touch ${one.root}/ran; cat"\n` +
        `[uploadpack]\n\tpackObjectsHook = "touch ${one.root}/ran; exec"\n`,
    );
    writeFileSync(join(one.workspace, '.gitattributes'), '* filter=x\n');
    writeFileSync(join(one.workspace, 'new'), '1');
    expect(await work.commit(ask())).not.toBeNull();
    expect(await work.deliver()).not.toBeNull();
    expect(existsSync(join(one.root, 'ran'))).toBe(false);
  });

  it('fetches nothing, and runs no program, that a clone names for objects that it does not have', async () => {
    const one = userRepository();
    const work = one.work();
    await work.prepare();
    writeFileSync(join(one.workspace, 'first'), '1');
    await work.commit(ask('first task'));
    await work.deliver();
    git(one.workspace, 'init', '-q', 'inner');
    const inner = join(one.workspace, 'inner');
    git(inner, 'commit', '-q', '--allow-empty', '-m', 'inner');
    await work.commit(ask('second task'));
    await work.deliver();
    const script = join(one.workspace, 'planted.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${one.root}/ran\n`, { mode: 0o755 });
    const promise = `[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\tpromisor = true\n\turl = ${one.workspace}\n`;
    for (const folder of [one.workspace, inner])
      appendFileSync(join(folder, '.git/config'), `${promise}\tuploadpack = "${script};"\n`);
    const missing = `${'1234'.repeat(10)}\n`;
    writeFileSync(join(one.workspace, '.git/refs/heads/cc-executor/one'), missing);
    writeFileSync(
      join(inner, '.git', readFileSync(join(inner, '.git/HEAD'), 'utf8').slice(5).trim()),
      missing,
    );
    const committed = await work.commit({ ...ask('third task'), task: 3 });
    expect(committed?.warnings.join()).toContain('missing or damaged');
    expect(await work.deliver()).toEqual({ commit: committed?.commit });
    await work.reset(1);
    writeFileSync(join(one.workspace, '.git/refs/heads/cc-executor/one'), missing);
    await work.commit(ask('after a restore'));
    await work.deliver();
    expect(existsSync(join(one.root, 'ran'))).toBe(false);
  });

  it('runs no filter of a repository in the clone', async () => {
    const one = userRepository();
    const work = one.work();
    await work.prepare();
    const names = ['inner', 'in "ner" é*', 'gone'];
    for (const name of names) {
      git(one.workspace, 'init', '-q', name);
      const inner = join(one.workspace, name);
      writeFileSync(join(inner, 'a'), '1');
      git(inner, 'add', '.');
      git(inner, 'commit', '-q', '-m', 'inner');
      await work.commit(ask(`add ${name}`));
      appendFileSync(join(inner, '.git/config'), `[filter "x"]\n\tclean = "touch ${one.root}/ran; cat"\n`);
      writeFileSync(join(inner, '.gitattributes'), '* filter=x\n');
      writeFileSync(join(inner, 'a'), '2');
    }
    rmSync(join(one.workspace, 'gone'), { recursive: true });
    const [inner = '', other = ''] = names.map((name) => join(one.workspace, name));
    git(other, 'update-ref', 'HEAD', git(other, 'commit-tree', 'HEAD^{tree}', '-m', 'more'));
    writeFileSync(
      join(one.workspace, '.gitmodules'),
      '[submodule "inner"]\n\tpath = inner\n\turl = ./inner\n\tignore = none\n',
    );
    expect(await work.commit(ask('second task'))).toMatchObject({ warnings: [] });
    await work.deliver();
    const commits = git(one.user, 'ls-tree', '-z', 'cc-executor/one')
      .split('\0')
      .filter((line) => line.startsWith('160000'));
    expect(commits).toEqual(
      [other, inner].map((path) => `160000 commit ${git(path, 'rev-parse', 'HEAD')}\t${basename(path)}`),
    );
    expect(existsSync(join(one.root, 'ran'))).toBe(false);
  });

  it('writes through no link, and waits for no pipe, that a task puts into the clone', async () => {
    const one = userRepository();
    const work = one.work();
    await work.prepare();
    const at = (name: string) => join(one.root, name);
    writeFileSync(at('victim'), 'victim');
    mkdirSync(at('elsewhere'));
    rmSync(join(one.workspace, '.git/refs/heads/cc-executor'), { recursive: true });
    git(one.workspace, 'update-ref', '--no-deref', 'HEAD', git(one.user, 'rev-parse', 'HEAD'));
    writeFileSync(join(one.workspace, '.git/HEAD'), 'ref: refs/heads/cc-executor/one\n');
    symlinkSync(at('elsewhere'), join(one.workspace, '.git/refs/heads/cc-executor'));
    writeFileSync(at('elsewhere/one'), `${git(one.user, 'rev-parse', 'main')}\n`);
    symlinkSync(at('victim'), join(one.workspace, '.git/index.cc-executor'));
    writeFileSync(join(one.workspace, 'new'), '1');
    expect(await work.commit(ask())).not.toBeNull();
    expect(readFileSync(at('victim'), 'utf8')).toBe('victim');
    expect(readFileSync(at('elsewhere/one'), 'utf8').trim()).toBe(git(one.user, 'rev-parse', 'main'));
    expect(await work.deliver()).not.toBeNull();
  });

  it('brings no commit to a place that a link in the clone leads to', async () => {
    const one = userRepository();
    const work = one.work();
    await work.prepare();
    writeFileSync(join(one.workspace, 'new'), '1');
    const commit = (await work.commit(ask()))?.commit ?? '';
    const elsewhere = join(one.root, 'elsewhere');
    renameSync(join(one.workspace, '.git/objects'), elsewhere);
    symlinkSync(elsewhere, join(one.workspace, '.git/objects'));
    const object = join(elsewhere, commit.slice(0, 2), commit.slice(2));
    rmSync(object);
    await work.reset(1);
    expect(existsSync(object)).toBe(false);
  });

  it('includes nothing through a link in the clone', async () => {
    const one = userRepository();
    const elsewhere = join(one.root, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(one.user, 'sub'));
    git(one.user, 'add', 'sub');
    git(one.user, 'commit', '-q', '-m', 'a link');
    rmSync(join(one.user, 'sub'));
    one.put('sub/.env', 'SECRET=made-up');
    const work = one.work({ include: ['sub/.env'], commit: git(one.user, 'rev-parse', 'HEAD') });
    await work.prepare();
    expect(await work.included()).toEqual([]);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('overwrites no branch that somebody moved or removed, and none that is checked out', async () => {
    const one = userRepository();
    const work = one.work();
    await work.prepare();
    const step = async (name: string) => {
      writeFileSync(join(one.workspace, name), '1');
      await work.commit(ask(name));
    };
    await step('a');
    await work.deliver();
    const kept = git(one.user, 'rev-parse', 'cc-executor/one');
    git(one.user, 'update-ref', 'refs/heads/cc-executor/one', 'main');
    await step('b');
    await expect(work.deliver()).rejects.toThrow(/moved by somebody else/);
    expect(git(one.user, 'rev-parse', 'cc-executor/one')).toBe(git(one.user, 'rev-parse', 'main'));
    git(one.user, 'update-ref', '-d', 'refs/heads/cc-executor/one');
    await expect(work.deliver()).rejects.toThrow(/was removed/);
    git(one.user, 'update-ref', 'refs/heads/cc-executor/one', kept);
    git(one.user, 'worktree', 'add', '-q', join(one.root, 'tree'), 'cc-executor/one');
    await expect(work.deliver()).rejects.toThrow(/could not be brought/);
    git(one.user, 'worktree', 'remove', '--force', join(one.root, 'tree'));
    expect(await work.deliver()).not.toBeNull();
  });

  it('copies what is included, and commits none of it', async () => {
    const one = userRepository();
    one.put('.env', 'SECRET=made-up');
    one.put('config/local.json', '{}');
    symlinkSync('/etc/hostname', join(one.user, 'config/link.json'));
    const work = one.work({ include: ['.env', 'config/*.json'] });
    await work.prepare();
    expect(await work.included()).toEqual(['.env', 'config/local.json']);
    expect(readFileSync(join(one.workspace, '.env'), 'utf8')).toBe('SECRET=made-up');
    writeFileSync(join(one.workspace, '.gitignore'), '');
    await work.commit(ask());
    expect(git(one.workspace, 'ls-tree', '-r', '--name-only', 'HEAD').split('\n')).toEqual([
      '.gitignore',
      'src/one.txt',
    ]);
  });

  it('is pushed where that was asked for', async () => {
    const one = userRepository();
    git(one.root, 'init', '-q', '--bare', 'remote.git');
    git(one.user, 'remote', 'add', 'origin', join(one.root, 'remote.git'));
    const work = one.work({ deliver: 'push' });
    await work.prepare();
    writeFileSync(join(one.workspace, 'new'), '1');
    const committed = await work.commit(ask());
    await work.deliver();
    expect(git(join(one.root, 'remote.git'), 'rev-parse', 'cc-executor/one')).toBe(committed?.commit);
    expect(git(one.user, 'branch', '--list', 'cc-executor/*')).toBe('');
    expect(hasRun(one)).toBe('');
  });

  /** More for a longer run. */
  const histories = rounds({ short: 4, nightly: 120 });
  const timeout = rounds({ short: 600_000, nightly: 6_000_000 });
  it(
    `leaves the repository byte for byte as it was, in ${String(histories)} histories`,
    { timeout },
    async () => {
      for (let seed = 0; seed < histories; seed += 1) {
        const one = userRepository();
        messUp(one, String(seed));
        rmSync(join(one.root, 'ran'), { force: true });
        const before = one.image();
        const head = git(one.user, 'rev-parse', 'HEAD');
        const work = one.work({ commit: head });
        await work.prepare();
        writeFileSync(join(one.workspace, `new-${String(seed)}`), '1');
        await work.commit(ask());
        await work.deliver();
        expect(one.image(), `seed ${String(seed)}`).toEqual(before);
        expect(hasRun(one), `seed ${String(seed)}`).toBe('');
        expect(git(one.user, 'ls-tree', '--name-only', 'cc-executor/one')).toContain(`new-${String(seed)}`);
        rmSync(one.root, { recursive: true });
      }
    },
  );
});
