import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { meets, startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => await under.stop());

const PERSON = ['-c', 'user.name=A User', '-c', 'user.email=user@example.org'];
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', [...PERSON, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
const commit = (text: string) => `git ${PERSON.map((one) => `'${one}'`).join(' ')} commit -q -m '${text}'`;

/** A repository of the user, with a file that is ignored and needed. */
function usersRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cc-user-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  git(folder, 'init', '-q', '-b', 'main');
  writeFileSync(join(folder, 'code.txt'), '1\n2\n3\n4\n5\n6\n7\n');
  writeFileSync(join(folder, '.gitignore'), '.env\nnode_modules\n');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'first');
  writeFileSync(join(folder, '.env'), 'SECRET=1\n');
  return folder;
}

describe('tasks at the same time, for a repository of the user', () => {
  it('work in copies of the clone, and leave a branch with the commits of all', async () => {
    const folder = usersRepository();
    const seen = 'cat .env node_modules/a; git status --porcelain; git log --format=%s -1';
    const id = await under.submit({
      repository: { path: folder, include: ['.env'] },
      tasks: [
        {
          name: 'install',
          command: 'mkdir node_modules && echo installed > node_modules/a && echo i > installed.txt',
        },
        {
          name: 'one',
          needs: [1],
          command: `${meets('one-two')}; ${seen}; sed -i s/1/one/ code.txt; git add . && ${commit('own')}; echo 1 > one.txt`,
        },
        {
          name: 'two',
          needs: [1],
          command: `${meets('one-two')}; ${seen}; sed -i s/7/seven/ code.txt; echo 2 > two.txt`,
        },
        { name: 'both', needs: [2, 3], command: 'git status --porcelain; ls; cat code.txt' },
      ],
    });
    await under.letMeet('one-two', 2);
    expect(await under.ended(id, 120)).toMatchObject({ status: 'completed', completed_tasks: 4 });
    const { results } = await under.results(id);
    for (const task of [1, 2]) expect(results[task]?.stdout).toBe('SECRET=1\ninstalled\ninstall\n');
    expect(results[3]?.stdout).toBe(
      ['code.txt', 'installed.txt', 'node_modules', 'one.txt', 'two.txt', 'one\n2\n3\n4\n5\n6\nseven\n'].join(
        '\n',
      ),
    );
    const branch = `cc-executor/${id}`;
    expect(git(folder, 'ls-tree', '-r', '--name-only', branch).split('\n')).toEqual([
      '.gitignore',
      'code.txt',
      'installed.txt',
      'one.txt',
      'two.txt',
    ]);
    const subjects = git(folder, 'log', '--format=%s', `main..${branch}`).split('\n').toSorted();
    expect(subjects.filter((one) => !one.startsWith('Merge'))).toEqual(['install', 'one', 'own', 'two']);
    expect(git(folder, 'log', '--merges', '--format=%s', branch)).toMatch(/^Merge task [23]: (?:one|two)$/);
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(git(folder, 'fsck', '--no-dangling')).toBe('');
  });

  it('begin with the merge of the commits of what they need', async () => {
    const folder = usersRepository();
    const id = await under.submit({
      repository: { path: folder },
      tasks: [
        { name: 'a', needs: [], command: 'echo a > a' },
        { name: 'b', needs: [], command: 'echo b > b' },
        { name: 'c', needs: [], command: 'echo c > c; git log --format=%s' },
        { name: 'ab', needs: [1, 2], command: 'ls; git status --porcelain; git log --format=%s | sort' },
      ],
    });
    expect(await under.ended(id, 120)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(id);
    expect(results[2]?.stdout).toBe('first\n');
    expect(results[3]?.stdout).toBe('a\nb\ncode.txt\nMerge what task 4 needs\na\nb\nfirst\n');
    expect(git(folder, 'ls-tree', '-r', '--name-only', `cc-executor/${id}`).split('\n')).toEqual([
      '.gitignore',
      'a',
      'b',
      'c',
      'code.txt',
    ]);
  });

  it('are rerun at the same time, with the earlier work', async () => {
    const folder = usersRepository();
    const id = await under.submit({
      execution_id: 'not-joined',
      repository: { path: folder },
      tasks: [
        { name: 'begin', command: 'echo begin > begin' },
        { name: 'a', needs: [1], command: 'echo a > a' },
        { name: 'b', needs: [1], command: 'echo b > b' },
        { name: 'join', needs: [2, 3], command: 'test "$CC_EXECUTOR_EXECUTION_ID" != not-joined' },
        { name: 'c', needs: [4], command: `${meets('c-d')}; ls; echo c > c` },
        { name: 'd', needs: [4], command: `${meets('c-d')}; ls; echo d > d` },
      ],
    });
    expect(await under.ended(id, 120)).toMatchObject({ status: 'failed', completed_tasks: 3 });
    const { body } = await under.call('POST', `/executions/${id}/rerun`, { from: 'failed' });
    const again = (body as { execution_id: string }).execution_id;
    await under.letMeet('c-d', 2);
    expect(await under.ended(again, 120)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(again);
    for (const task of [4, 5]) expect(results[task]?.stdout).toBe('a\nb\nbegin\ncode.txt\n');
    expect(git(folder, 'ls-tree', '-r', '--name-only', `cc-executor/${again}`).split('\n')).toEqual([
      '.gitignore',
      'a',
      'b',
      'begin',
      'c',
      'code.txt',
      'd',
    ]);
  });
});

describe('a rerun from the failed task', () => {
  it.each(['a repository', 'a plain workspace'])(
    'carries over what ran beside it, with its work, in %s',
    async (where) => {
      const folder = where === 'a repository' ? usersRepository() : null;
      const list = {
        ...(folder === null ? {} : { repository: { path: folder } }),
        on_failure: 'continue',
        tasks: [
          { name: 'begin', command: 'seq 9 > lines' },
          { name: 'a', needs: [1], command: 'sed -i s/1/one/ lines; echo a > a' },
          {
            name: 'b',
            needs: [1],
            command: `echo part > part; ${meets('meet-b')}; rm fixed && sed -i s/5/five/ lines`,
          },
          { name: 'after b', needs: [3], command: 'ls; echo x > of-b' },
          { name: 'c', needs: [1], command: 'sed -i s/9/nine/ lines; echo c > c' },
          { name: 'all', needs: [2, 3, 4, 5], command: 'cat lines; ls' },
        ],
      };
      const id = await under.submit(list);
      await under.letMeet('meet-b', 1);
      expect(await under.ended(id, 120)).toMatchObject({ status: 'failed', completed_tasks: 5 });
      const rerun = async (of: string, body: object) =>
        ((await under.call('POST', `/executions/${of}/rerun`, body)).body as { execution_id: string })
          .execution_id;
      // It fails again, and nothing of what ran beside it is run once more, nor are the leavings of the first try there.
      const failed = await rerun(id, { from: 'failed' });
      await under.letMeet('meet-b', 1);
      expect(await under.ended(failed, 120)).toMatchObject({ status: 'failed', completed_tasks: 5 });
      const again = await rerun(failed, { from: 'failed' });
      for (const path of await under.haveMet('meet-b', 1)) writeFileSync(join(dirname(path), 'fixed'), '');
      await under.letMeet('meet-b', 1);
      expect(await under.ended(again, 120)).toMatchObject({ status: 'completed' });
      for (const one of [failed, again]) {
        const events = await under.events(one);
        const tasksOf = (wanted: string) =>
          events.filter(({ type }) => type === wanted).map(({ task }) => task);
        expect(tasksOf('task.carried')).toEqual([1, 2, 5]);
        expect(tasksOf('task.started')).toEqual([3, 4, 6]);
      }
      const { results } = await under.results(again);
      const code = folder === null ? '' : 'code.txt\n';
      expect(results[3]?.stdout).toBe(`a\nc\n${code}lines\npart\n`);
      expect(results[5]?.stdout).toBe(`one\n2\n3\n4\nfive\n6\n7\n8\nnine\na\nc\n${code}lines\nof-b\npart\n`);
      if (folder === null) return;
      const branch = `cc-executor/${again}`;
      expect(git(folder, 'ls-tree', '-r', '--name-only', branch).split('\n')).toEqual([
        '.gitignore',
        ...`a\nc\n${code}lines\nof-b\npart`.split('\n'),
      ]);
      expect(git(folder, 'show', `${branch}:lines`)).toBe('one\n2\n3\n4\nfive\n6\n7\n8\nnine');
    },
  );

  it('is refused where the workspace began with the work of a task that would run again', async () => {
    const id = await under.submit({
      on_failure: 'continue',
      tasks: [{ command: 'true' }, { needs: [1], command: 'exit 1' }, { needs: [1], command: 'echo c > c' }],
    });
    expect(await under.ended(id, 120)).toMatchObject({ status: 'failed' });
    const again = (await under.call('POST', `/executions/${id}/rerun`, { from: 'failed' })).body as {
      execution_id: string;
    };
    expect(await under.ended(again.execution_id, 120)).toMatchObject({ status: 'failed' });
    const refused = await under.call('POST', `/executions/${again.execution_id}/rerun`, { from: 2 });
    expect(JSON.stringify(refused.body)).toContain(`the work of task 3, which would run again`);
    const first = await under.call('POST', `/executions/${id}/rerun`, { from: 2 });
    expect(first.status).toBe(202);
    await under.ended((first.body as { execution_id: string }).execution_id, 120);
  });
});

describe('tasks at the same time, in a plain workspace', () => {
  it('have what snapshots leave out, and leave it alone', async () => {
    const id = await under.submit({
      tasks: [
        {
          command:
            'mkdir -p node_modules/x && echo x > node_modules/x/i && echo out > .gitignore && echo 1 > out',
        },
        { needs: [1], command: 'cat node_modules/x/i out; echo own > out; echo a > a' },
        { needs: [1], command: 'cat node_modules/x/i out; rm -r node_modules; echo b > b' },
        { needs: [2, 3], command: 'cat node_modules/x/i out a b' },
      ],
    });
    expect(await under.ended(id, 120)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(id);
    for (const task of [1, 2]) expect(results[task]?.stdout).toBe('x\n1\n');
    expect(results[3]?.stdout).toBe('x\n1\na\nb\n');
  });
});
