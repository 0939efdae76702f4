import { say, startScriptedModel, useTool, waitFor } from '@cc-executor/testkit';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const write = useTool('Bash', { command: 'echo "made by $CC_EXECUTOR_TASK" > made.txt' });
const choose = useTool('StructuredOutput', { variant: 3, why: 'It is the newest.' });
const solve = useTool('Bash', { command: "sed -i '/^[<=>]\\{7\\}/d' shared; rm -f *~*" });
const SCRIPT = [
  // It leaves what it can't know, as an agent may.
  { marker: 'at "hopeless"', turns: [say('I left it.')] },
  { marker: 'Several agents have worked', turns: [solve, say('Both are there.')] },
  { marker: 'Which is best', turns: [choose] },
  { marker: 'Make it', turns: [write, say('It is made.')] },
];

let under: StackUnderTest;
let model: Awaited<ReturnType<typeof startScriptedModel>>;
beforeAll(async () => {
  model = await startScriptedModel({ script: SCRIPT });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

/** Returns what the command prints for a person. */
async function cli(...args: string[]): Promise<string> {
  const main = join(import.meta.dirname, '../../packages/cli/src/main.ts');
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], CC_EXECUTOR_URL: under.stack.apiUrl };
  return (await promisify(execFile)(process.execPath, [main, ...args], { env })).stdout;
}

describe('a prompt with variants', () => {
  // Proves: parallel-in-copies, variants-and-pick
  it('runs so many times in copies, and the list continues with the one that a prompt picks', async () => {
    const id = await under.submit({
      tasks: [
        { command: 'echo first > first.txt' },
        { name: 'make', prompt: 'Make it.', variants: 3 },
        { name: 'choose', prompt: 'Which is best?', pick: 'make' },
        { command: 'cat first.txt made.txt; echo last > last.txt' },
        { prompt: 'Make it, where {{tasks.make.result}} {{tasks.1.result}}', template: true },
      ],
    });
    expect(await under.ended(id, 240)).toMatchObject({ status: 'completed', completed_tasks: 7 });
    const { results } = await under.results(id);
    expect(results.map(({ task_description: name }) => name).slice(1, 5)).toEqual([
      'make (1 of 3)',
      'make (2 of 3)',
      'make (3 of 3)',
      'choose',
    ]);
    expect(results[2]).toMatchObject({ variant: { number: 2, of: 3 } });
    expect(results[4]).toMatchObject({ picked: { task: 4, variant: 3, why: 'It is the newest.' } });
    expect(results[5]?.stdout).toBe('first\nmade by 4\n');
    const sent = JSON.stringify(model.requests);
    expect(sent).toContain('<variant number=\\"1\\">');
    expect(sent).toContain('+made by 2');
    expect(sent).toContain('where It is made.');
    const { body } = await under.call('GET', `/executions/${id}/verification`);
    expect(body).toMatchObject({ verdict: 'verified' });
    expect(await readFile(join(under.workspace(id), 'last.txt'), 'utf8')).toBe('last\n');
    const exported = (await under.call('GET', `/executions/${id}/submission`)).body;
    expect(exported).toMatchObject({ tasks: [{}, { name: 'make', variants: 3 }, { pick: 2 }, {}, {}] });
    // After the choice the workspace is what was picked.
    const file = await fetch(`${under.stack.apiUrl}/executions/${id}/file?at=after:5&path=made.txt`);
    expect(await file.text()).toBe('made by 4\n');
    const restore = async (task: number) =>
      await under.call('POST', `/executions/${id}/restore`, { after_task: task });
    expect(await restore(2)).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('only the work of a variant that was picked is') },
    });
    for (const task of [5, 4]) {
      expect(await restore(task)).toMatchObject({ status: 200 });
      expect((await readdir(under.workspace(id))).toSorted()).toEqual(['first.txt', 'made.txt']);
      expect(await readFile(join(under.workspace(id), 'made.txt'), 'utf8')).toBe('made by 4\n');
    }
  });

  // Proves: variants-and-pick
  it('is taken as the first in whose copy a command ends with 0, and only its commits come to the branch', async () => {
    const path = await usersRepository();
    const id = await under.submit({
      repository: { path },
      tasks: [
        { name: 'make', prompt: 'Make it.', variants: 3, checks: ['test "$CC_EXECUTOR_TASK" != 1'] },
        { command: 'echo "try $CC_EXECUTOR_VARIANT"; touch junk; grep -q 3 made.txt', pick: 1 },
        { command: 'ls' },
      ],
    });
    const end = await under.ended(id, 240);
    expect(end).toMatchObject({
      status: 'completed',
      completed_tasks: 4,
      failed_tasks: 0,
      not_taken_tasks: 1,
    });
    expect(end['progress']).toBe('4/5 tasks completed, 1 variant not taken');
    const { results } = await under.results(id);
    expect(results[0]).toMatchObject({
      status: 'failed',
      outcome: 'check_failed',
      variant: { taken: false },
    });
    const verification = (await under.call('GET', `/executions/${id}/verification`)).body;
    expect(verification).toMatchObject({
      verdict: 'verified',
      tasks: [{ verdict: 'unverified' }, {}, {}, {}, {}],
    });
    expect(results[3]).toMatchObject({
      picked: { task: 3, variant: 3, of: 3, name: 'make', why: null },
      choice: expect.stringMatching(/^Variant 3 of make was taken, by "echo /),
      stdout: 'try 2\ntry 3\n',
    });
    expect(results[4]?.stdout).toBe('made.txt\nread.me\n');
    const log = await git(path, 'log', '--format=%s', `cc-executor/${id}`);
    expect(log).toBe('make (3 of 3)\nbegin\n');
    const told = await cli('results', id);
    expect(told).toContain('Variant 3 of make was taken, by "echo');
    expect(told).toMatch(/1\. make \(1 of 3\) +failed +not taken/);
    expect(await cli('status', id)).toContain('4/5 tasks completed, 1 variant not taken');
    await waitFor(async () => (await readdir(under.copies)).length === 0);
    // What failed beside the one that was taken is not completed in a rerun.
    const { body } = await under.call('POST', `/executions/${id}/rerun`, { from: 5 });
    const { execution_id: next } = body as { execution_id: string };
    expect(await under.ended(next, 240)).toMatchObject({
      status: 'completed',
      progress: '4/5 tasks completed, 1 variant not taken',
    });
    const again = (await under.results(next)).results;
    expect(again.map(({ status }) => status)).toEqual([
      'skipped',
      'completed',
      'completed',
      'completed',
      'completed',
    ]);
    expect(again[4]?.stdout).toBe('made.txt\nread.me\n');
  });

  it('is lost with its list where nothing is picked, and begins again with all of its variants', async () => {
    const tasks = [
      { command: 'true' },
      { prompt: 'Make it.', variants: 2 },
      { command: 'test -e pick', pick: 2 },
      { command: 'cat made.txt' },
    ];
    const id = await under.submit({ tasks });
    expect(await under.ended(id, 240)).toMatchObject({ status: 'failed', completed_tasks: 3 });
    const { results } = await under.results(id);
    expect(results[3]).toMatchObject({ status: 'failed', outcome: 'nothing_picked' });
    expect(results[4]).toMatchObject({ status: 'skipped' });
    expect(existsSync(join(under.workspace(id), 'made.txt'))).toBe(false);
    const rerun = async (from: unknown, more = {}) =>
      await under.call('POST', `/executions/${id}/rerun`, { from, ...more });
    for (const [from, message] of [
      [3, 'is 3, but that task is one of several variants, which run again together; rerun from 2'],
      [4, 'is 4, but that task picks one of several variants, which run again together; rerun from 2'],
      [5, 'is 5, but task 4 before it has not completed (failed); rerun from 2 or before'],
    ] as const)
      expect(await rerun(from)).toMatchObject({ status: 400, body: { errors: [{ path: 'from', message }] } });
    expect(results[4]?.message).toBe('It was not run: task 4, which it needs, did not succeed.');
    for (const part of ['output', 'changes'])
      expect(await under.call('GET', `/executions/${id}/tasks/5/${part}`)).toMatchObject({
        status: 404,
        body: { detail: expect.stringContaining('task 4, which it needs, did not succeed.') },
      });
    const picking = [tasks[1], { command: 'true', pick: 2 }, tasks[3]];
    const again = await rerun('failed', { tasks: picking });
    expect(again).toMatchObject({ status: 202 });
    const { execution_id: next } = again.body as { execution_id: string };
    expect(await under.ended(next, 240)).toMatchObject({ status: 'completed', completed_tasks: 5 });
    expect((await under.results(next)).results[4]?.stdout).toBe('made by 2\n');
    const last = await under.call('POST', `/executions/${next}/rerun`, { from: 5 });
    expect(last).toMatchObject({ status: 202 });
    const { execution_id: end } = last.body as { execution_id: string };
    expect(await under.ended(end, 240)).toMatchObject({ status: 'completed' });
    expect((await under.results(end)).results[4]?.stdout).toBe('made by 2\n');
  });
});

describe('tasks at the same time that have changed the same', () => {
  const both = (file: string, more: object) => ({
    on_conflict: 'agent',
    ...more,
    tasks: [
      { command: `seq 5 > ${file}; echo bin > bin` },
      { name: 'a', needs: [1], command: `sed -i s/3/three/ ${file}` },
      { name: 'b', needs: [1], command: `sed -i s/3/drei/ ${file}; rm bin; mkdir bin; touch bin/x` },
      { name: 'both', needs: [2, 3], command: `cat ${file}`, checks: [`! grep -q nope ${file}`] },
    ],
  });

  // Proves: parallel-in-copies, conflict-keeps-both-sides
  it('have their conflict resolved by an agent before what needs both, where the list asks for that', async () => {
    for (const repository of [undefined, { path: await usersRepository() }]) {
      const id = await under.submit(both('shared', { ...(repository && { repository }) }));
      expect(await under.ended(id, 240)).toMatchObject({
        status: 'completed',
        completed_tasks: 4,
        warned_tasks: 1,
      });
      const { results } = await under.results(id);
      // In the order in which the two have settled.
      expect(results[3]?.stdout).toMatch(/^1\n2\n(three\ndrei|drei\nthree)\n4\n5\n$/);
      expect(results[3]?.warnings).toMatchObject([{ code: 'conflict_resolved' }]);
      expect(results[3]?.cost_usd).toBeGreaterThan(0);
      expect(await readFile(join(under.workspace(id), 'shared'), 'utf8')).toBe(results[3]?.stdout);
      const { body } = await under.call('GET', `/executions/${id}/verification`);
      expect(body).toMatchObject({ verdict: 'verified' });
    }
  });

  // Proves: conflict-keeps-both-sides
  it('fail what needs both, with both sides kept, where markers of the conflict are left', async () => {
    const before = model.requests.length;
    const id = await under.submit(both('hopeless', {}));
    expect(await under.ended(id, 240)).toMatchObject({ status: 'failed', completed_tasks: 3 });
    const { results } = await under.results(id);
    expect(results[3]).toMatchObject({ outcome: 'merge_conflict', attempt: 1 });
    expect(results[3]?.message).toContain('"hopeless" has markers of a conflict');
    const asked = model.requests.slice(before).filter(({ side }) => !side);
    expect(asked).toHaveLength(2);
    for (const task of [2, 3])
      expect((await under.call('GET', `/executions/${id}/tasks/${String(task)}/changes`)).body).toMatchObject(
        {
          files: expect.arrayContaining([expect.objectContaining({ path: 'hopeless' })]),
        },
      );
  });

  it('fail what needs both where the list asks for no agent, and where the checks of that fail', async () => {
    const plain = await under.submit(both('shared', { on_conflict: 'fail' }));
    const unchecked = both('shared', {});
    unchecked.tasks[3] = { ...unchecked.tasks[3], checks: ['! grep -q drei shared'] } as never;
    const checked = await under.submit(unchecked);
    for (const id of [plain, checked]) {
      expect(await under.ended(id, 240)).toMatchObject({ status: 'failed', completed_tasks: 3 });
      expect((await under.results(id)).results[3]).toMatchObject({ outcome: 'merge_conflict' });
    }
    expect((await under.results(checked)).results[3]?.message).toContain('A check failed');
    // What could not be joined runs again, on top of the rest, so there is no conflict.
    for (const id of [plain, checked]) {
      const { body } = await under.call('POST', `/executions/${id}/rerun`, { from: 'failed' });
      const { execution_id: again } = body as { execution_id: string };
      await under.ended(again, 240);
      expect((await under.results(again)).results[3]?.outcome).not.toBe('merge_conflict');
    }
  });
});

/** A repository of a user, with one commit. */
async function usersRepository(): Promise<string> {
  const path = await mkdtemp(join(under.folder, 'repository-'));
  await git(path, 'init', '-q', '-b', 'main');
  await writeFile(join(path, 'read.me'), 'read');
  await git(path, 'add', '-A');
  await git(path, '-c', 'user.name=me', '-c', 'user.email=me@localhost', 'commit', '-qm', 'begin');
  return path;
}

async function git(folder: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)('git', ['-C', folder, ...args])).stdout;
}
