import { EventEnvelope } from '@cc-executor/contracts';
import { outputAppend, submitList } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type StoreUnderTest } from './under-test.ts';

let under: StoreUnderTest;
beforeAll(async () => {
  under = await openStore();
});
afterAll(async () => under.close());

const seqs = async (id: string) => (await under.log.page(id, 0, 10_000)).map(({ seq }) => seq);
const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe('a submission', () => {
  // Proves: acknowledged-is-durable
  it('stores record, state, index, wake-up and first event together', async () => {
    const id = await submitList(under.store, { tasks: 2 });
    expect(await under.store.readStatus(id)).toMatchObject({
      status: 'queued',
      head: 1,
      summary: { total_tasks: 2 },
    });
    expect((await under.store.read(id))?.state.tasks.map(({ status }) => status)).toEqual([
      'pending',
      'pending',
    ]);
    expect(await under.redis.zscore('cc:outbox', `commands ${id}`)).not.toBeNull();
    expect(await seqs(id)).toEqual([1]);
  });

  it('of an id in use changes nothing', async () => {
    const id = await submitList(under.store, { tasks: 1 });
    await submitList(under.store, { id, tasks: 3 });
    expect((await under.store.read(id))?.record.tasks).toHaveLength(1);
    expect(await seqs(id)).toEqual([1]);
  });
});

describe('the log', () => {
  // Proves: numbered-log
  it('is numbered without gap or duplicate whoever writes', async () => {
    const id = await submitList(under.store);
    const second = new (await import('../src/index.ts')).RedisExecutionStore(await under.open());
    await Promise.all(
      Array.from({ length: 400 }, (_, i) =>
        (i % 2 ? under.store : second).append(id, outputAppend(id, String(i))),
      ),
    );
    expect(await seqs(id)).toEqual(upTo(401));
  });

  it('holds whole envelopes', async () => {
    const id = await submitList(under.store);
    await under.store.append(id, outputAppend(id, 'a "quoted" \\ line\n é'));
    const events = (await under.log.page(id, 0, 10)).map(({ json }) => EventEnvelope.parse(JSON.parse(json)));
    expect(events[1]).toMatchObject({
      seq: 2,
      execution_id: id,
      task: 1,
      data: { data: 'a "quoted" \\ line\n é' },
    });
    expect(new Set(events.map(({ epoch }) => epoch)).size).toBe(1);
  });
});

describe('an owner', () => {
  async function claimed() {
    const id = await submitList(under.store);
    const claim = await under.store.claim(id, 'one');
    if (claim.result !== 'claimed') throw new Error(claim.reason);
    return { id, generation: claim.generation, token: claim.token };
  }

  it('is one at a time', async () => {
    const id = await submitList(under.store);
    const claims = await Promise.all(upTo(20).map((n) => under.store.claim(id, `worker-${String(n)}`)));
    expect(claims.filter(({ result }) => result === 'claimed')).toHaveLength(1);
    expect(claims.find(({ result }) => result === 'refused')).toEqual({ result: 'refused', reason: 'held' });
  });

  // Proves: append-once
  it('stores an append once, however often it is sent', async () => {
    const { id, token } = await claimed();
    const first = outputAppend(id, 'a', { token, counter: 1 });
    const second = outputAppend(id, 'b', { token, counter: 2 });
    expect(await under.store.append(id, first)).toEqual({ result: 'stored', head: 2 });
    expect(await under.store.append(id, second)).toEqual({ result: 'stored', head: 3 });
    expect(await under.store.append(id, first)).toEqual({ result: 'stored', head: 3 });
    expect(await under.store.append(id, second)).toEqual({ result: 'stored', head: 3 });
    expect(await seqs(id)).toEqual([1, 2, 3]);
  });

  it('of a generation from the past is refused, and so is one that gave it back', async () => {
    const { id, generation, token } = await claimed();
    const writer = { token, counter: 1 };
    expect(
      await under.store.append(
        id,
        outputAppend(id, 'x', { token: `${String(generation)}-other`, counter: 1 }),
      ),
    ).toEqual({
      result: 'stale',
    });
    await under.store.append(id, { ...outputAppend(id, 'bye', writer), release: true });
    const late = await under.store.append(id, outputAppend(id, 'late', { token, counter: 2 }));
    expect(late).toEqual({ result: 'stale' });
    const again = await under.store.claim(id, 'two');
    if (again.result !== 'claimed') throw new Error(again.reason);
    expect(again.generation).toBe(generation + 1);
    expect(await under.store.append(id, outputAppend(id, 'x', { token, counter: 3 }))).toEqual({
      result: 'stale',
    });
    expect(await under.store.heartbeat([{ executionId: id, token }])).toEqual(['stale']);
    expect(await under.store.heartbeat([{ executionId: id, token: again.token }])).toEqual(['queued']);
  });

  it('that gives it back asks for another worker', async () => {
    const { id, token } = await claimed();
    await under.redis.del('cc:outbox');
    await under.store.append(id, { ...outputAppend(id, 'bye', { token, counter: 1 }), release: true });
    expect(await under.redis.zscore('cc:outbox', `commands ${id}`)).not.toBeNull();
  });

  it('can not do what the state forbids, and nothing of it is stored', async () => {
    const { id, token } = await claimed();
    const append = { ...outputAppend(id, 'x', { token, counter: 1 }), from: ['running'] as const };
    expect(await under.store.append(id, append)).toEqual({ result: 'illegal', status: 'queued' });
    expect(await seqs(id)).toEqual([1]);
    expect(await under.store.append('no-such-id', append)).toEqual({ result: 'missing' });
  });
});

describe('a record of another version', () => {
  const key = (id: string) => `cc:execution:${id}`;
  const rewrite = async (id: string, change: (record: Record<string, unknown>) => object) => {
    const record = JSON.parse((await under.redis.hget(key(id), 'record')) ?? '') as Record<string, unknown>;
    const changed = change(record) as { schema: number };
    await under.redis.hset(key(id), 'record', JSON.stringify(changed), 'schema', changed.schema);
  };

  it('that is older is read as if it were of this one', async () => {
    const id = await submitList(under.store);
    const now = await under.store.read(id);
    const { cost_usd: _, usage: __, ...summary } = now?.state.summary ?? ({} as never);
    await rewrite(id, (record) => {
      const tasks = (record['tasks'] as { options: object }[]).map(({ options: _options, ...task }) => task);
      return { ...record, schema: 1, tasks: tasks.map((task) => ({ ...task, model: 'haiku' })) };
    });
    await under.redis.hset(key(id), 'summary', JSON.stringify(summary));
    await under.redis.hdel(key(id), 'schema');
    const [read, claim] = [await under.store.read(id), await under.store.claim(id, 'w')];
    expect(read?.record.tasks[0]?.options).toEqual({ model: 'haiku' });
    expect(read?.state).toEqual(now?.state);
    expect(claim).toMatchObject({ result: 'claimed', execution: { record: read?.record } });
    expect((await under.store.readStatus(id))?.summary).toEqual(now?.state.summary);
  });

  it('that is newer is left to a newer worker, and said to be so', async () => {
    const id = await submitList(under.store);
    await rewrite(id, (record) => ({ ...record, schema: 99 }));
    await under.redis.del('cc:outbox');
    const before = Date.now();
    expect(await under.store.claim(id, 'w')).toEqual({ result: 'refused', reason: 'unreadable' });
    const due = Number(await under.redis.zscore('cc:outbox', `commands ${id}`)) / 1000;
    expect(due - before).toBeGreaterThan(55_000);
    await expect(under.store.read(id)).rejects.toThrow(/is of schema 99; this version reads up to \d+/);
    expect(await under.store.readStatus(id)).toMatchObject({ status: 'queued' });
  });
});

describe('a list of executions', () => {
  it('is paged newest first, each once, also where times are equal', async () => {
    await under.redis.flushall();
    const at = (n: number) => new Date(1_700_000_000_000 + Math.floor(n / 4));
    for (const n of upTo(25))
      await submitList(under.store, { id: `e${String(n).padStart(2, '0')}`, at: at(n) });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await under.store.list({ status: null, limit: 3, cursor });
      seen.push(...page.executions.map(({ execution_id }) => execution_id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(
      upTo(25)
        .toReversed()
        .map((n) => `e${String(n).padStart(2, '0')}`),
    );
    const none = await under.store.list({ status: 'running', limit: 3, cursor: null });
    expect(none).toEqual({ executions: [], nextCursor: null });
    await expect(under.store.list({ status: null, limit: 3, cursor: 'nonsense' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });
});

describe('a Redis that is away', () => {
  it('is told and not waited for, as STORE_UNAVAILABLE', async () => {
    const own = await openStore();
    const id = await submitList(own.store);
    await own.server.kill();
    await expect(own.store.read(id)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(own.log.page(id, 0, 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await own.close();
  });
});

it('an append that is sent again gives the head that it had, whatever others have stored since', async () => {
  const id = await submitList(under.store);
  const claim = await under.store.claim(id, 'w');
  if (claim.result !== 'claimed') throw new Error(claim.result);
  const append = outputAppend(id, 'mine', { token: claim.token, counter: 1 });
  expect(await under.store.append(id, append)).toEqual({ result: 'stored', head: 2 });
  expect(await under.store.append(id, outputAppend(id, 'of another'))).toEqual({ result: 'stored', head: 3 });
  expect(await under.store.append(id, append)).toEqual({ result: 'stored', head: 2 });
  expect(await seqs(id)).toEqual([1, 2, 3]);
});
