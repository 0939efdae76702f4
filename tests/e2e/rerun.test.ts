import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
let repositories: string;
beforeAll(async () => {
  repositories = realpathSync(mkdtempSync(join(tmpdir(), 'cc-repositories-')));
  under = await startStackUnderTest({ CC_EXECUTOR_REPOSITORIES: repositories });
});
afterAll(async () => {
  await under.stop();
  rmSync(repositories, { recursive: true });
});

type Body = Record<string, unknown>;
const commands = (...texts: string[]) => texts.map((command) => ({ command }));
async function ended(list: Body): Promise<string> {
  const id = await under.submit(list);
  await under.ended(id);
  return id;
}
const ask = async (id: string, body: Body) => await under.call('POST', `/executions/${id}/rerun`, body);
async function rerun(of: string, body: Body): Promise<string> {
  const { status, body: answer } = await ask(of, body);
  expect([status, answer]).toEqual([202, expect.objectContaining({ rerun_of: of })]);
  const { execution_id: id } = answer as { execution_id: string };
  await under.ended(id);
  return id;
}
async function faults(id: string, body: Body): Promise<string[]> {
  const { status, body: answer } = await ask(id, body);
  expect([status, answer]).toEqual([400, expect.anything()]);
  const { errors } = answer as { errors: { path: string; message: string }[] };
  return errors.map(({ path, message }) => `${path} ${message}`);
}
const details = async (id: string) =>
  (await under.call('GET', `/executions/${id}`)).body as Record<string, unknown>;
const filesOf = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name !== '.git')
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=A User', '-c', 'user.email=user@example.org', ...args], {
    cwd,
    encoding: 'utf8',
  }).trim();

// Proves: way-back, rerun-from-any-task
describe('a rerun', () => {
  it('carries over what came before, and works from the snapshot before its first task', async () => {
    const first = await ended({
      tasks: commands(
        'echo one | tee a',
        'echo two | tee b; echo warned >&2',
        'echo wrong > a; exit 1',
        'cat a',
      ),
      title: 'Four',
    });
    writeFileSync(join(under.workspace(first), 'of-a-person'), '');
    const id = await rerun(first, {
      from: 3,
      tasks: commands('cat "$CC_EXECUTOR_RESULT_1" "$CC_EXECUTOR_RESULT_2" > c', 'cat a c'),
    });
    const results = await under.results(id);
    expect(results).toMatchObject({
      status: 'completed',
      title: 'Four',
      rerun_of: first,
      completed_tasks: 4,
    });
    const receipts = (await under.events(first)).flatMap(({ type, data }) =>
      type === 'task.completed' ? [data['receipt']] : [],
    );
    const from = (task: number) => ({
      execution_id: first,
      execution_uuid: expect.any(String) as string,
      attempt: 1,
      receipt: receipts[task - 1],
    });
    expect(
      results.results.map(({ attempt, carried_from, stdout }) => [attempt, carried_from, stdout]),
    ).toEqual([
      [0, from(1), 'one\n'],
      [0, from(2), 'two\n'],
      [1, undefined, ''],
      [1, undefined, 'one\none\ntwo\n'],
    ]);
    expect(filesOf(under.workspace(id))).toEqual({ a: 'one\n', b: 'two\n', c: 'one\ntwo\n' });
    const events = await under.events(id);
    expect(events.filter(({ type }) => type === 'task.carried').map(({ task }) => task)).toEqual([1, 2]);
    expect(events.filter(({ type }) => type === 'task.started').map(({ task }) => task)).toEqual([3, 4]);
    expect(await details(id)).toMatchObject({ rerun_of: first, workspace: id });
    expect(await details(first)).toMatchObject({ reruns: [id] });
    expect(await under.status(first)).toMatchObject({ reruns: [id] });
    const output = await fetch(`${under.stack.apiUrl}/executions/${id}/tasks/2/output?stream=stderr`);
    expect(await output.text()).toBe('warned\n');
    const proof = (await under.call('GET', `/executions/${id}/verification`)).body;
    expect(proof).toMatchObject({ verdict: 'verified', reasons: [] });
    // A rerun of a rerun, from a task that was carried over, after the first is gone.
    const again = await rerun(id, { from: 4 });
    expect(
      (await under.results(again)).results.map(({ carried_from }) => carried_from?.execution_id),
    ).toEqual([first, first, id, undefined]);
    expect(filesOf(under.workspace(again))).toEqual({ a: 'one\n', b: 'two\n', c: 'one\ntwo\n' });
    expect(await rerun(id, { from: 2 }).then((last) => filesOf(under.workspace(last)))).toMatchObject({
      a: 'one\n',
    });
  });

  it('from the failed task runs the same list, also in the folder as it is', async () => {
    const first = await ended({ tasks: commands('echo 1 > a', 'test -e fixed && cp a b', 'echo end') });
    const folder = under.workspace(first);
    writeFileSync(join(folder, 'fixed'), '');
    const kept = await rerun(first, { from: 'failed', workspace: 'keep' });
    expect(await under.results(kept)).toMatchObject({ status: 'completed', workspace: first });
    expect(filesOf(folder)).toEqual({ a: '1\n', b: '1\n', fixed: '' });
    const restored = await rerun(first, { from: 'failed' });
    expect(await under.results(restored)).toMatchObject({ status: 'failed', workspace: restored });
    expect(filesOf(under.workspace(restored))).toEqual({ a: '1\n' });
    const longer = await rerun(kept, { from: 4, tasks: commands('cat b') });
    expect((await under.results(longer)).results.at(-1)?.stdout).toBe('1\n');
  });

  it('is refused with what is wrong, and stores nothing', async () => {
    const id = await ended({ tasks: commands('true', 'false', 'true') });
    const done = await ended({ tasks: commands('true') });
    expect(await faults(id, { from: 3 })).toEqual([
      'from is 3, but task 2 before it has not completed (failed); rerun from 2 or before',
    ]);
    expect(await faults(id, { from: 4 })).toEqual(['from is 4, and it has 3 tasks']);
    expect(await faults(done, { from: 'failed' })).toEqual([
      'from is "failed", and all its tasks have completed; name a task',
    ]);
    expect(await faults(done, { from: 0, task: 1 })).toHaveLength(2);
    const wrong = [{ command: 'true' }, { prompt: 'See {{tasks.nobody.result}}.', template: true }];
    expect((await faults(id, { from: 2, tasks: wrong }))[0]).toMatch(/^tasks\[1\]/);
    rmSync(under.workspace(done), { recursive: true });
    expect((await faults(done, { from: 1, workspace: 'keep' }))[0]).toMatch(/not there any more/);
    expect(await ask('nobody', { from: 1 })).toMatchObject({ status: 404 });
    expect(await details(id)).not.toHaveProperty('reruns');
    rmSync(join(under.folder, 'data/snapshots'), { recursive: true });
    expect(await ask(id, { from: 2 })).toMatchObject({ status: 410, body: { code: 'SNAPSHOT_GONE' } });
  });

  it('of a list for a repository works on a new branch, which has the commits from before', async () => {
    const user = join(repositories, 'project');
    execFileSync('git', ['init', '-q', '-b', 'main', user]);
    writeFileSync(join(user, 'code'), 'code\n');
    writeFileSync(join(user, '.env'), 'secret\n');
    git(user, 'add', 'code');
    git(user, 'commit', '-q', '-m', 'first');
    const named = (name: string, command: string) => ({ name, command });
    const first = await ended({
      repository: { path: user, include: ['.env'] },
      tasks: [
        named('One', 'echo 1 > one; rm code'),
        named('Two', 'echo 2 > two'),
        named('Three', 'echo wrong > three; echo left; exit 1'),
        named('Four', 'cat three > four'),
      ],
    });
    const id = await rerun(first, {
      from: 3,
      tasks: [named('Third', 'echo 3 > three; cat .env'), named('Four', 'cat three > four')],
    });
    const branch = `cc-executor/${id}`;
    expect(await under.results(id)).toMatchObject({ status: 'completed', branch });
    expect(git(user, 'log', '--reverse', '--format=%s', `main..${branch}`).split('\n')).toEqual([
      'One',
      'Two',
      'Third',
      'Four',
    ]);
    expect(git(user, 'rev-parse', `${branch}~2`)).toBe(git(user, 'rev-parse', `cc-executor/${first}`));
    expect(filesOf(under.workspace(id))).toEqual({
      '.env': 'secret\n',
      one: '1\n',
      two: '2\n',
      three: '3\n',
      four: '3\n',
    });
    // An agent that commits everything leaves it out as well.
    expect(git(under.workspace(id), 'status', '--porcelain')).toBe('');
    const kept = await rerun(first, {
      from: 3,
      workspace: 'keep',
      tasks: [named('Third', 'cat three > third')],
    });
    expect(await under.results(kept)).toMatchObject({ status: 'completed', branch: `cc-executor/${first}` });
    expect(git(user, 'log', '--reverse', '--format=%s', `main..cc-executor/${first}`).split('\n')).toEqual([
      'One',
      'Two',
      'Third',
    ]);
    expect(existsSync(join(user, 'one'))).toBe(false);
  });
});
