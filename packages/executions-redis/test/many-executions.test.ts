import { rounds, submitList } from '@cc-executor/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type StoreUnderTest } from './under-test.ts';

const MANY = rounds({ short: 10_000, nightly: 100_000 });
const PAGE = 200;

let under: StoreUnderTest;
beforeAll(async () => {
  under = await openStore();
  const sample = await submitList(under.store);
  const fields = await under.redis.hgetall(`cc:execution:${sample}`);
  for (let from = 0; from < MANY; from += 5000) {
    const pipeline = under.redis.pipeline();
    for (let n = from; n < from + 5000; n += 1) {
      const id = `many-${String(n).padStart(6, '0')}`;
      // Ten of each moment: a cursor has to hold among equals.
      const created = 1_600_000_000_000 + Math.floor(n / 10);
      const status = n % 100 === 0 ? 'failed' : 'completed';
      pipeline.hset(`cc:execution:${id}`, { ...fields, created, status });
      pipeline.zadd('cc:executions', created, id).zadd(`cc:executions:${status}`, created, id);
    }
    await pipeline.exec();
  }
});
afterAll(async () => under.close());

/** How often Redis was asked since the last time. */
async function asked(): Promise<number> {
  const info = await under.redis.info('commandstats');
  const calls = [...info.matchAll(/cmdstat_(?:zrange|hmget):calls=(\d+)/g)].map(([, count]) => Number(count));
  await under.redis.config('RESETSTAT');
  return calls.reduce((sum, count) => sum + count, 0);
}

it.each([
  ['all', null, MANY + 1],
  ['those of a state', 'failed', MANY / 100],
] as const)(
  `pages through %s of ${MANY.toLocaleString('en')}, each once, with as little work on the last page as on the first`,
  async (_, status, total) => {
    const ids: string[] = [];
    const works: number[] = [];
    await asked();
    for (let cursor: string | null = null, pages = 0; ; pages += 1) {
      const page = await under.store.list({ status, limit: PAGE, cursor });
      ids.push(...page.executions.map(({ execution_id }) => execution_id));
      works.push(await asked());
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    expect(ids).toHaveLength(total);
    expect(new Set(ids).size).toBe(total);
    // One for each row, and a few for the page.
    expect(Math.max(...works)).toBeLessThanOrEqual(PAGE + 5);
  },
);

it.each([
  ['words', { q: 'größe seltene' }],
  ['an outcome', { outcome: 'out_of_memory' }],
  ['a label', { labels: [{ key: 'team', value: 'web', isNot: false }] }],
] as const)(
  `finds the oldest of ${MANY.toLocaleString('en')} by %s, with one question for each 500`,
  async (_, wanted) => {
    const id = 'many-000003';
    const summary = JSON.stringify({ outcomes: ['completed', 'out_of_memory'] });
    const labels = JSON.stringify({ team: 'web' });
    await under.redis.hset(`cc:execution:${id}`, { title: 'Seltene GRÖSSE größe', labels, summary });
    await under.redis.config('RESETSTAT');
    const page = await under.store.list({ status: null, limit: PAGE, cursor: null, ...wanted });
    expect(page.executions.map(({ execution_id }) => execution_id)).toEqual([id]);
    expect(page.nextCursor).toBeNull();
    const info = await under.redis.info('commandstats');
    const [, questions] = /cmdstat_evalsha:calls=(\d+)/.exec(info) ?? [];
    expect(Number(questions)).toBeLessThanOrEqual(MANY / 500 + 2);
  },
);
