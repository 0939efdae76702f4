import { follow, Recorder, type Followed, type Note } from '@cc-executor/executions';
import { submitList, waitFor } from '@cc-executor/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RedisEventLog, RedisExecutionStore } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

// A Redis that is durable loses nothing; one that writes every second, or that was restored, may come back with less.
let under: StoreUnderTest;
let store: RedisExecutionStore;
let log: RedisEventLog;
beforeEach(async () => {
  under = await openStore();
  store = new RedisExecutionStore(await under.open('patient'));
  log = new RedisEventLog(await under.open('patient'), await under.open('patient'));
});
afterEach(async () => under.close());

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
const output = (data: string): Note => ({
  type: 'task.output',
  task: 1,
  attempt: 1,
  data: { stream: 'stdout', data },
});

/** An owner that has begun the first of two tasks. */
async function own() {
  const id = await submitList(store, { tasks: 2 });
  const claim = await store.claim(id, 'w');
  if (claim.result !== 'claimed') throw new Error(claim.reason);
  const recorder = new Recorder({
    store,
    executionId: id,
    token: claim.token,
    ...claim.execution,
    onRetry: () => undefined,
    onRewound: () => undefined,
  });
  await recorder.commit([{ type: 'execution.started', data: { worker: 'w', generation: 1 } }], {
    from: ['queued'],
  });
  const data = { description: 'x', agent: 'command', reason: 'first', session: null } as const;
  await recorder.commit([{ type: 'task.started', task: 1, attempt: 1, data }], { from: ['running'] });
  return { id, recorder, say: async (text: string) => await says(recorder, text) };
}

async function says(recorder: Recorder, text: string) {
  void recorder.note(output(text));
  await recorder.commit([], { from: ['running'] });
}

const free = { cost_usd: null, usage: null };
const end = {
  total_tasks: 2,
  completed_tasks: 2,
  failed_tasks: 0,
  execution_time: 0,
  evidence: null,
  ...free,
};

describe('a Redis that came back with less than it had', () => {
  // Proves: epoch-resets
  it('gets the state from its owner, in a new epoch, and its followers restart', async () => {
    const { id, recorder, say } = await own();
    await say('kept');
    const rollBack = await under.server.remember();
    const items: Followed[] = [];
    const following = (async () => {
      for await (const item of follow(log, id, { after: 0 }, new AbortController().signal)) items.push(item);
    })();
    for (const n of upTo(5)) await say(`gone ${String(n)}`);
    const last = () => items.flatMap((item) => (item.kind === 'events' ? item.events : [])).at(-1);
    await waitFor(() => last()?.seq === recorder.head);
    const gone = { head: recorder.head, epoch: (await log.head(id))?.epoch };
    const unstored = recorder.state.tasks[0];
    expect(unstored).toMatchObject({ status: 'running', attempt: 1 });
    await rollBack();
    await say('new');
    expect(recorder.lost.aborted).toBe(false);
    expect((await store.read(id))?.state).toEqual(recorder.state);
    await recorder.commit([{ type: 'execution.completed', data: end }], { from: ['running'] });
    await following;

    // A follower that looks before the owner has written again is reset twice: to what was restored, then to what is new.
    const resetAt = items.findLastIndex(({ kind }) => kind === 'reset');
    const epoch = (await log.head(id))?.epoch;
    expect(epoch).not.toBe(gone.epoch);
    expect(items[resetAt]).toEqual({ kind: 'reset', epoch });
    const anew = items.slice(resetAt + 1).flatMap((item) => (item.kind === 'events' ? item.events : []));
    expect(anew.map(({ seq }) => seq)).toEqual(upTo(recorder.head));
    const told = anew.map(({ json }) => JSON.parse(json) as { type: string; data: { data?: string } });
    expect(told.map(({ type }) => type).slice(-4)).toEqual([
      'task.output',
      'execution.rewound',
      'task.output',
      'execution.completed',
    ]);
    expect(told.find(({ type }) => type === 'execution.rewound')?.data).toEqual(gone);
    expect(told.filter(({ type }) => type === 'task.output').map(({ data }) => data.data)).toEqual([
      'kept',
      'new',
    ]);
  });

  it('resets a cursor into what is gone, and honours one before it', async () => {
    const { id, recorder, say } = await own();
    await say('kept');
    const kept = { after: recorder.head, epoch: (await log.head(id))?.epoch };
    const rollBack = await under.server.remember();
    for (const n of upTo(5)) await say(`gone ${String(n)}`);
    const gone = { ...kept, after: recorder.head - 1 };
    await rollBack();
    for (const n of upTo(20)) await say(`new ${String(n)}`);
    await recorder.commit([{ type: 'execution.completed', data: end }], { from: ['running'] });
    const first = async (cursor: Parameters<typeof follow>[2]) => {
      for await (const item of follow(log, id, cursor, new AbortController().signal)) return item;
      return undefined;
    };
    expect(await first(gone)).toMatchObject({ kind: 'reset' });
    const next = await first(kept);
    expect(next?.kind === 'events' && next.events[0]).toMatchObject({ seq: kept.after + 1 });
  });

  it('refuses an owner whose claim it has lost, and the next one begins a new epoch', async () => {
    const id = await submitList(store);
    const rollBack = await under.server.remember();
    const lost = await store.claim(id, 'one');
    if (lost.result !== 'claimed') throw new Error(lost.reason);
    const recorder = new Recorder({
      store,
      executionId: id,
      token: lost.token,
      ...lost.execution,
      onRetry: () => undefined,
      onRewound: () => undefined,
    });
    await says(recorder, 'x').catch(() => undefined);
    await recorder.commit([{ type: 'execution.started', data: { worker: 'w', generation: 1 } }], {
      from: ['queued'],
    });
    const before = (await log.head(id))?.epoch;
    await rollBack();
    // The same generation, and yet another owner.
    const next = await store.claim(id, 'two');
    expect(next).toMatchObject({ result: 'claimed', generation: lost.generation });
    expect(await recorder.commit([], { from: ['running'] })).toEqual({ result: 'stale' });
    expect(recorder.lost.aborted).toBe(true);
    await store.wake(id, recorder.head);
    expect((await log.head(id))?.epoch).not.toBe(before);
    expect(await under.redis.zscore('cc:outbox', `commands ${id}`)).not.toBeNull();
  });
});
