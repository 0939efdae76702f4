import { waitFor } from '@cc-executor/testkit';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => under.stop());

const commands = (...lines: string[]) => lines.map((command) => ({ command }));
const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
const THREE = commands('echo one', 'echo two; echo err >&2; exit 3', 'echo three');

async function pidsIn(id: string, file: string, count: number): Promise<number[]> {
  return await waitFor(async () => {
    const text = await readFile(join(under.workspace(id), file), 'utf8').catch(() => '');
    const pids = text.split('\n').filter(Boolean).map(Number);
    return pids.length === count ? pids : null;
  });
}

describe('a list of commands', () => {
  // Proves: on-failure
  it('with continue: every task runs, its streams apart and with its exit code', async () => {
    const id = await under.submit({ tasks: THREE, on_failure: 'continue' });
    expect(await under.ended(id)).toMatchObject({
      status: 'failed',
      completed_tasks: 2,
      failed_tasks: 1,
      progress: '2/3 tasks completed, 1 failed',
    });
    const { results } = await under.results(id);
    expect(
      results.map(({ status, exit_code, stdout, stderr }) => [status, exit_code, stdout, stderr]),
    ).toEqual([
      ['completed', 0, 'one\n', ''],
      ['failed', 3, 'two\n', 'err\n'],
      ['completed', 0, 'three\n', ''],
    ]);
  });

  // Proves: on-failure
  it('with stop: what comes after a failure is skipped', async () => {
    const id = await under.submit({ tasks: THREE });
    expect(await under.ended(id)).toMatchObject({ status: 'failed', settled_tasks: 3 });
    const { results } = await under.results(id);
    expect(results.map(({ status, attempt, exit_code }) => [status, attempt, exit_code])).toEqual([
      ['completed', 1, 0],
      ['failed', 1, 3],
      ['skipped', 0, null],
    ]);
  });

  // Proves: numbered-log, in-order
  it('runs strictly in order, in one workspace, and its log is numbered without a gap', async () => {
    const id = await under.submit({ tasks: commands(...upTo(20).map((n) => `echo ${String(n)} >> order`)) });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    expect(await readFile(join(under.workspace(id), 'order'), 'utf8')).toBe(
      upTo(20)
        .map((n) => `${String(n)}\n`)
        .join(''),
    );
    const events = await under.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(upTo(events.length));
    const order = events
      .filter(({ type }) => /^task\.(started|completed)$/.test(type))
      .map(({ type, task }) => `${type} ${String(task)}`);
    expect(order).toEqual(
      upTo(20).flatMap((n) => [`task.started ${String(n)}`, `task.completed ${String(n)}`]),
    );
    expect(events.at(-1)?.type).toBe('execution.completed');
  });

  // Proves: whole-output, results-are-bounded
  it('gives the whole output of a task, byte for byte', async () => {
    const id = await under.submit({
      tasks: commands('head -c 1000000 /dev/urandom > bytes; cat bytes', 'seq 1 20000'),
    });
    await under.ended(id);
    const response = await fetch(`${under.stack.apiUrl}/executions/${id}/tasks/1/output`);
    const bytes = await readFile(join(under.workspace(id), 'bytes'));
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    const range = await fetch(
      `${under.stack.apiUrl}/executions/${id}/tasks/1/output?stream=stdout&attempt=1`,
      {
        headers: { range: 'bytes=-100' },
      },
    );
    expect(range.status).toBe(206);
    expect(Buffer.from(await range.arrayBuffer()).equals(bytes.subarray(-100))).toBe(true);
    const { results } = await under.results(id);
    expect(results[1]).toMatchObject({ truncated: true, exit_code: 0 });
    expect(results[1]?.stdout).toHaveLength(64 * 1024);
    const told = (await under.events(id)).filter(({ type, task }) => type === 'task.output' && task === 2);
    expect(told.map(({ data }) => data['data']).join('')).toBe(
      upTo(20_000)
        .map((n) => `${String(n)}\n`)
        .join(''),
    );
  });

  // Proves: answer-can-be-awaited
  it('can wait for the answer', async () => {
    const response = await fetch(`${under.stack.apiUrl}/execute`, {
      method: 'POST',
      body: JSON.stringify({ tasks: commands('echo quick', 'exit 0; vim') }),
      headers: { 'content-type': 'application/json', prefer: 'wait=30' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBe('wait=30');
    expect(await response.json()).toMatchObject({
      status: 'completed',
      results: [{ stdout: 'quick\n' }, {}],
      warnings: [{ task: 2, code: 'interactive' }],
    });
  });

  // Proves: tasks-see-no-settings
  it('does not see our settings or the credentials of the agent', async () => {
    const id = await under.submit({ tasks: commands('env') });
    await under.ended(id);
    const [result] = (await under.results(id)).results;
    expect(result?.stdout).toContain(`CC_EXECUTOR_EXECUTION_ID=${id}\n`);
    expect(result?.stdout).not.toMatch(
      /^(REDIS_URL|CC_EXECUTOR_DATA_DIR|ANTHROPIC\w*|CLAUDE_CODE\w*|NODE_COMPILE_CACHE)=/m,
    );
  });
});

describe('limits of a task', () => {
  // Proves: timeout-ends-the-tree
  it('time: it is ended with everything it started, and its output is kept', async () => {
    const id = await under.submit({
      tasks: [
        { command: 'echo before; sleep 600 & echo $! > pids; echo $$ >> pids; wait', timeout: 0.5 },
        { command: 'true' },
      ],
    });
    const pids = await pidsIn(id, 'pids', 2);
    expect(await under.ended(id)).toMatchObject({ status: 'failed' });
    expect(under.alive(id, pids)).toEqual([]);
    const { results } = await under.results(id);
    expect(results[0]).toMatchObject({ status: 'timed_out', outcome: 'timed_out', stdout: 'before\n' });
    expect(results[0]?.message).toContain('0.5 s');
    expect(results[1]).toMatchObject({ status: 'skipped' });
  });
});

describe('a cancel', () => {
  // Proves: end-is-an-end
  it.each(['DELETE', 'POST'])('by %s ends every process before it is reported', async (method) => {
    const id = await under.submit({
      tasks: commands('sleep 600 & echo $! > pids; sleep 600 & echo $! >> pids; wait', 'echo never'),
    });
    const pids = await pidsIn(id, 'pids', 2);
    const path = method === 'POST' ? `/executions/${id}/cancel` : `/executions/${id}`;
    const expected = { execution_id: id, status: 'cancelling' };
    expect(await under.call(method, path)).toEqual({ status: 202, body: expected });
    expect(await under.ended(id)).toMatchObject({ status: 'cancelled' });
    expect(under.alive(id, pids)).toEqual([]);
    const { results } = await under.results(id);
    expect(results.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    expect(await under.call(method, path)).toEqual({
      status: 200,
      body: { ...expected, status: 'cancelled' },
    });
  });

  // Proves: end-is-an-end
  it('of one that ignores SIGTERM is over when the grace time is', async () => {
    const id = await under.submit({
      tasks: commands(`trap '' TERM; echo $$ > pids; while :; do sleep 1; done`),
    });
    const pids = await pidsIn(id, 'pids', 1);
    await under.call('DELETE', `/executions/${id}`);
    const asked = performance.now();
    await under.ended(id);
    // The grace time is 5 s; the rest is for a busy machine.
    expect(performance.now() - asked).toBeLessThan(20_000);
    expect(under.alive(id, pids)).toEqual([]);
  });

  // Proves: control-names-the-state
  it('of one that waits for its workspace ends it at once', async () => {
    const first = await under.submit({ tasks: commands('echo $$ > pids; sleep 600'), workspace: 'shared' });
    await waitFor(async () => (await under.status(first)).status === 'running');
    const second = await under.submit({ tasks: commands('echo second > who'), workspace: 'shared' });
    const third = await under.submit({ tasks: commands('echo third > who'), workspace: 'shared' });
    expect((await under.status(second)).status).toBe('queued');
    await under.call('DELETE', `/executions/${second}`);
    expect(await under.status(second)).toMatchObject({ status: 'cancelled', settled_tasks: 1 });
    await under.call('DELETE', `/executions/${first}`);
    expect(await under.ended(third)).toMatchObject({ status: 'completed' });
    expect(await readFile(join(under.folder, 'data/workspaces/shared/who'), 'utf8')).toBe('third\n');
    const { status, body } = await under.call('DELETE', `/executions/${third}`);
    expect({ status, body }).toMatchObject({ status: 409, body: { code: 'ILLEGAL_STATE' } });
  });
});

describe('a workspace', () => {
  // Proves: workspace-stays-below-root
  it('that a task turns into a way out is refused to the next execution', async () => {
    await mkdir(join(under.folder, 'data/workspaces'), { recursive: true });
    await symlink('/tmp', join(under.folder, 'data/workspaces/way-out'));
    const { status, body } = await under.call('POST', '/execute', { tasks: ['x'], workspace: 'way-out' });
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'WORKSPACE_INVALID' } });
  });
});
