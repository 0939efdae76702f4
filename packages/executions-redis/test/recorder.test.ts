import type { AttemptEnd } from '@cc-executor/contracts';
import { Recorder, type Note } from '@cc-executor/executions';
import { eventToStore, outputAppend, SAMPLE_END, submitList } from '@cc-executor/testkit';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisExecutionStore } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

const free = { cost_usd: null, usage: null };
const endOfAttempt: AttemptEnd = { ...SAMPLE_END, exit_code: null, execution_time: 1 };

let under: StoreUnderTest;
beforeAll(async () => {
  under = await openStore();
});
afterAll(async () => under.close());

const output = (data: string): Note => ({
  type: 'task.output',
  task: 1,
  attempt: 1,
  data: { stream: 'stdout', data },
});

async function record(store: Pick<RedisExecutionStore, 'append' | 'claim'> = under.store) {
  const id = await submitList(under.store, { tasks: 2 });
  const claim = await under.store.claim(id, 'w');
  if (claim.result !== 'claimed') throw new Error(claim.reason);
  const retries: unknown[] = [];
  const rewound: unknown[] = [];
  const recorder = new Recorder({
    store,
    executionId: id,
    token: claim.token,
    ...claim.execution,
    onRetry: (error) => retries.push(error),
    onRewound: (gone) => rewound.push(gone),
  });
  const started = { worker: 'w', generation: claim.generation };
  await recorder.commit([{ type: 'execution.started', data: started }], { from: ['queued'] });
  return { id, recorder, retries, rewound, epoch: claim.execution.epoch };
}

const events = async (id: string) =>
  (await under.log.page(id, 0, 10_000)).map(
    ({ json }) => JSON.parse(json) as { seq: number; type: string; data: { data?: string } },
  );

describe('a recorder', () => {
  it('keeps the order of what is noted and what is committed', async () => {
    const { id, recorder } = await record();
    const data = { description: 'x', agent: 'command', reason: 'first', session: null } as const;
    void recorder.note(output('a'));
    void recorder.note({ type: 'task.warning', task: 1, attempt: 1, data: { code: 'silent', message: 'm' } });
    await recorder.commit([{ type: 'task.started', task: 1, attempt: 1, data }], { from: ['running'] });
    void recorder.note(output('b'));
    await recorder.commit([], { from: ['running'] });
    const types = [
      'execution.queued',
      'execution.started',
      'task.output',
      'task.warning',
      'task.started',
      'task.output',
    ];
    expect((await events(id)).map(({ type }) => type)).toEqual(types);
    expect((await under.store.read(id))?.state).toEqual(recorder.state);
  });

  it('joins short output, loses none of it, and asks the writer to wait when much is unwritten', async () => {
    const { id, recorder } = await record();
    let pauses = 0;
    let text = '';
    for (let i = 0; i < 30_000; i++) {
      const line = `line ${String(i)} ${'x'.repeat(100)}\n`;
      text += line;
      const pause = recorder.note(output(line));
      if (pause) {
        pauses += 1;
        await pause;
      }
    }
    await recorder.commit([], { from: ['running'] });
    const stored = (await events(id)).filter(({ type }) => type === 'task.output');
    expect(stored.map(({ data }) => data.data).join('')).toBe(text);
    expect(stored.length).toBeLessThan(200);
    expect(pauses).toBeGreaterThan(0);
  });

  // Proves: append-once
  it('stores each append once when its answer was lost', async () => {
    let lost = 0;
    const forgetful: Pick<RedisExecutionStore, 'append' | 'claim'> = {
      claim: (id, owner) => under.store.claim(id, owner),
      append: async (id, append) => {
        const result = await under.store.append(id, append);
        if ((lost += 1) % 2 === 1) throw new Error('the connection was lost');
        return result;
      },
    };
    const { id, recorder, retries } = await record(forgetful);
    void recorder.note(output('a'));
    await recorder.commit([], { from: ['running'] });
    expect((await events(id)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(retries.length).toBeGreaterThan(0);
  });

  it('reports the cancellation, and its state is as before but for that', async () => {
    const { id, recorder, rewound, epoch } = await record();
    const cancelling = eventToStore(id, { type: 'execution.cancelling', data: { reason: 'r' } });
    await under.store.append(id, {
      ...outputAppend(id, ''),
      to: { status: 'cancelling', reason: 'r' },
      events: [cancelling],
    });
    const data = { description: 'x', agent: 'command', reason: 'first', session: null } as const;
    const started = await recorder.commit([{ type: 'task.started', task: 1, attempt: 1, data }], {
      from: ['running'],
    });
    expect(started).toEqual({ result: 'illegal', status: 'cancelling' });
    expect(recorder.state.status).toBe('cancelling');
    expect(recorder.state.tasks[0]).toMatchObject({ status: 'pending', attempt: 0 });
    const totals = {
      total_tasks: 2,
      completed_tasks: 0,
      failed_tasks: 0,
      execution_time: 0,
      evidence: null,
      ...free,
    };
    await recorder.commit([{ type: 'execution.cancelled', data: totals }], { from: ['cancelling'] });
    expect(await under.store.readStatus(id)).toMatchObject({ status: 'cancelled', reason: 'r', epoch });
    // What was refused is nothing that Redis has lost.
    expect(rewound).toEqual([]);
    expect((await events(id)).map(({ type }) => type.slice('execution.'.length))).toEqual([
      'queued',
      'started',
      'cancelling',
      'cancelled',
    ]);
  });

  it('counts once what an attempt cost whose end was refused at first', async () => {
    const { id, recorder } = await record();
    const place = { task: 1, attempt: 1 };
    const session = { id: randomUUID(), resumed: false, why: 'It begins.' };
    const data = { description: 'x', agent: 'claude', reason: 'first', session } as const;
    await recorder.commit([{ type: 'task.started', ...place, data }], { from: ['running'] });
    const ended = {
      type: 'task.interrupted',
      ...place,
      data: { ...endOfAttempt, outcome: 'drained', cost_usd: 0.5 },
    } as const;
    expect(await recorder.commit([ended], { from: ['queued'] })).toMatchObject({ result: 'illegal' });
    await recorder.commit([ended], { from: ['running'] });
    expect((await under.store.read(id))?.state.tasks[0]).toMatchObject({
      cost_usd: 0.5,
      session: { id: session.id, cost_usd: 0.5 },
    });
  });

  it('takes the state that the execution has, where several are allowed, and undoes nothing that somebody did', async () => {
    const { id, recorder } = await record();
    const until = '2026-01-01T00:00:00.000Z';
    await recorder.commit([{ type: 'execution.waiting', data: { reason: 'burst', until } }], {
      from: ['running'],
    });
    await under.store.append(id, {
      ...outputAppend(id, ''),
      to: { status: 'cancelling', reason: 'r' },
      events: [eventToStore(id, { type: 'execution.cancelling', data: { reason: 'r' } })],
    });
    const continued = { worker: 'w', generation: 1, lost_worker: null };
    const committed = await recorder.commit([{ type: 'execution.continued', data: continued }], {
      from: ['running', 'waiting', 'cancelling'],
    });
    expect(committed).toEqual({ result: 'stored' });
    expect(recorder.state.status).toBe('cancelling');
    expect(await under.store.readStatus(id)).toMatchObject({ status: 'cancelling', reason: 'r' });
  });

  it('continues when somebody paused the execution and resumed it again', async () => {
    const { id, recorder } = await record();
    const data = { description: 'x', agent: 'command', reason: 'first', session: null } as const;
    const started = { type: 'task.started', task: 1, attempt: 1, data } as const;
    const turn = async (status: 'paused' | 'running', event: ReturnType<typeof eventToStore>) =>
      await under.store.append(id, {
        ...outputAppend(id, ''),
        to: { status, reason: null },
        events: [event],
      });
    await turn('paused', eventToStore(id, { type: 'execution.paused', data: { reason: 'user' } }));
    expect(await recorder.commit([started], { from: ['running'] })).toEqual({
      result: 'illegal',
      status: 'paused',
    });
    await turn('running', eventToStore(id, { type: 'execution.resumed', data: { status: 'running' } }));
    expect(await recorder.commit([started], { from: ['running'] })).toEqual({ result: 'stored' });
    const totals = {
      total_tasks: 2,
      completed_tasks: 2,
      failed_tasks: 0,
      execution_time: 0,
      evidence: null,
      ...free,
    };
    await recorder.commit([{ type: 'execution.completed', data: totals }], { from: ['running'] });
    expect((await under.store.readStatus(id))?.status).toBe('completed');
  });

  it('stops, with a log line, when another owner holds the execution', async () => {
    const { id, recorder } = await record();
    await under.redis.hset(`cc:execution:${id}`, 'token', '2-other');
    void recorder.note(output('a'));
    expect(await recorder.commit([], { from: ['running'] })).toEqual({ result: 'stale' });
    expect(recorder.lost.aborted).toBe(true);
    expect(await events(id)).toHaveLength(2);
  });
});
