import { waitFor } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
  // A history: commands of one kind, which differ in their arguments.
  await under.ended(
    await under.submit({
      tasks: Array.from({ length: 25 }, (_, n) => ({ command: `sleep 0.0${String(1 + (n % 9))}` })),
    }),
  );
});
afterAll(async () => under.stop());

const analyse = async (command: string) => {
  const { body } = await under.call('POST', '/tasks/analyze', { tasks: [{ command }] });
  const [task] = (
    body as { tasks: { prediction: { expected: number; limit: number; based_on: { level: string } } }[] }
  ).tasks;
  return task?.prediction;
};

const startOf = async (id: string) =>
  (await under.events(id)).find(({ type }) => type === 'task.started')?.data;

describe('time that is learned from earlier runs', () => {
  it('is predicted for the next of its kind', async () => {
    const prediction = await waitFor(async () => {
      const now = await analyse('sleep 0.04');
      return now?.based_on.level === 'signature' ? now : null;
    });
    expect(prediction.expected).toBeLessThan(1.5);
    expect(prediction.limit).toBeLessThan(20);
  });

  it('is in the events, the status, the task and the history', async () => {
    const id = await under.submit({ tasks: [{ command: 'sleep 0.7' }, { command: 'sleep 0.05' }] });
    const running = await waitFor(async () => {
      const now = await under.status(id);
      return now.status === 'running' && now.current_task ? now : null;
    });
    expect(running.expected_time).toBeGreaterThan(0);
    expect(running.remaining_time).toBeGreaterThan(0);
    expect(await under.ended(id)).toMatchObject({ expected_time: null, remaining_time: null });
    const [started] = (await under.events(id)).filter(({ type }) => type === 'task.started');
    expect(started?.data).toMatchObject({
      prediction: { expected: expect.any(Number), based_on: { level: 'signature' } },
      expected_rest: expect.any(Number),
    });
    const { body } = await under.call('GET', `/executions/${id}`);
    expect(body).toMatchObject({ tasks: [{ prediction: started?.data['prediction'] }, {}] });
    const history = await under.call('GET', '/history');
    const rows = (history.body as { rows: { execution_id: string; expected: number | null }[] }).rows;
    expect(rows.filter((row) => row.execution_id === id).every(({ expected }) => (expected ?? 0) > 0)).toBe(
      true,
    );
  });

  it('reports that a task takes longer than its kind ever does, and lets it run', async () => {
    const limit = (await analyse('sleep 1'))?.limit ?? NaN;
    const id = await under.submit({ tasks: [{ command: `sleep ${String(limit + 1)}` }] });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    const stalled = (await under.events(id)).filter(({ type }) => type === 'task.stalled');
    expect(stalled.map(({ data }) => data)).toMatchObject([{ what: 'time', seconds: expect.any(Number) }]);
  });

  it('ends with timeout "auto" what hangs, and says so; without it nothing is ended', async () => {
    // A worker whose Redis is too slow to answer goes by the usual limits: it is asked again.
    const id = await waitFor(async () => {
      const tried = await under.submit({ tasks: [{ command: 'sleep 600', timeout: 'auto' }] });
      const level = await waitFor(async () => {
        const { body } = await under.call('GET', `/executions/${tried}`);
        const [task] = (body as { tasks: { prediction: { based_on: { level: string } } | null }[] }).tasks;
        return task?.prediction?.based_on.level;
      });
      if (level === 'signature') return tried;
      await under.call('DELETE', `/executions/${tried}`);
      return null;
    });
    expect(await under.ended(id)).toMatchObject({ status: 'failed' });
    const { results } = await under.results(id);
    expect(results[0]).toMatchObject({
      status: 'timed_out',
      message: expect.stringContaining('its timeout is "auto"'),
    });
    const [started] = (await under.events(id)).filter(({ type }) => type === 'task.started');
    expect(started?.data).toMatchObject({
      limits: { time: expect.any(Number), silence: expect.any(Number) },
    });
  });

  it('does not expect less because runs were ended', async () => {
    const before = await analyse('sleep 0.03');
    for (let n = 0; n < 5; n++)
      await under.ended(await under.submit({ tasks: [{ command: 'sleep 60', timeout: 0.01 }] }));
    const after = await analyse('sleep 0.03');
    expect(after?.expected).toBeGreaterThan(0.5 * (before?.expected ?? NaN));
  });

  it('uses the usual limits for a kind that has no history, also with "auto"', async () => {
    const id = await under.submit({ tasks: [{ command: 'true', timeout: 'auto' }] });
    await under.ended(id);
    expect(await startOf(id)).toMatchObject({ limits: { time: 3600, silence: 600 } });
  });
});

it('has the load and the memory of each worker in the health', async () => {
  const { body } = await under.call('GET', '/health');
  const { message } = (body as { checks: { workers: { message: string } } }).checks.workers;
  expect(message).toMatch(
    /^1 alive, .*; load \d+\.\d\d per core, \d+\.\d GiB of memory available; processes of tasks are found by (cgroup|group and mark)$/,
  );
});
