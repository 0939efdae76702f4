import { predictTasks } from '@cc-executor/executions';
import { KEPT, runOf, type Run } from '@cc-executor/forecast';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RedisRunStatistics } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

let under: StoreUnderTest;
let statistics: RedisRunStatistics;
beforeAll(async () => {
  under = await openStore();
  statistics = new RedisRunStatistics(under.redis);
});
afterAll(async () => under.close());

const MARK = { pace: 0.1, center: 4, spread: 0.5 };
function runOfSeconds(seconds: number): Run {
  const told = { seconds, whole: true, load: 0.5, silence: 2, tokens: 1000, cost: 0.01 };
  const run = runOf(MARK, told);
  if (!run) throw new Error(`${String(seconds)} s is no run`);
  return run;
}
const task = { kind: 'prompt', text: 'Write tests for billing', agent: 'claude', timeout: null } as const;

test('a run is read as it was added, newest first, at each of its levels', async () => {
  await statistics.add(['a', 'a|b'], runOfSeconds(10));
  await statistics.add(['a', 'a|c'], runOfSeconds(20));
  const [agent, b, c, none] = await statistics.read(['a', 'a|b', 'a|c', 'a|d']);
  expect(agent?.map(({ log }) => Math.round(Math.exp(log)))).toEqual([20, 10]);
  expect(b).toEqual([{ ...runOfSeconds(10), log: expect.closeTo(Math.log(10), 3) as number }]);
  expect(c).toHaveLength(1);
  expect(none).toEqual([]);
});

test('only the latest runs are kept, of an agent more than of a kind', async () => {
  for (let n = 1; n <= KEPT.agent + 5; n++) await statistics.add(['many', 'many|kind'], runOfSeconds(n));
  const [agent = [], kind = []] = await statistics.read(['many', 'many|kind']);
  expect([agent.length, kind.length]).toEqual([KEPT.agent, KEPT.level]);
  expect(Math.round(Math.exp(kind[0]?.log ?? 0))).toBe(KEPT.agent + 5);
});

test('beyond so many levels those go that had no run for longest, and never the agent', async () => {
  for (let n = 0; n < 4100; n += 50)
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        statistics.add(['full', `full|${String(n + i)}`], runOfSeconds(5)),
      ),
    );
  expect(await under.redis.zcard('cc:run-levels')).toBe(4000);
  expect(await under.redis.keys('cc:runs:*')).toHaveLength(4000);
  const [agent, first, last] = await statistics.read(['full', 'full|0', 'full|4099']);
  expect([agent?.length, first?.length, last?.length]).toEqual([KEPT.agent, 0, 1]);
});

test('what is no run of this version is left out, and spoils nothing', async () => {
  const [good] = [runOfSeconds(30)];
  await statistics.add(['odd'], good);
  for (const text of [
    '',
    'x',
    '{}',
    '[]',
    '[0,3,1,0,0,3,1,null,null,null]',
    '[1,"3",1,0,0,3,1,null,null,null]',
    '[1,3,1,0,0,3,0,null,null,null]',
    '[1,1e999,1,0,0,3,1,null,null,null]',
  ])
    await under.redis.lpush('cc:runs:odd', text);
  const [runs] = await statistics.read(['odd']);
  expect(runs).toEqual([{ ...good, log: 3.4012 }]);
});

test('a level of another type is as one without runs', async () => {
  await under.redis.set('cc:runs:strange', 'x');
  expect(await statistics.read(['strange'])).toEqual([[]]);
});

test('a prediction takes one round trip', async () => {
  const { levels } = (await predictTasks(statistics, [task], 0.5))[0] ?? { levels: [] };
  for (let n = 0; n < 300; n++) await statistics.add(levels, runOfSeconds(50 + n / 10));
  const calls = async () => Number(/total_reads_processed:(\d+)/.exec(await under.redis.info('stats'))?.[1]);
  const before = await calls();
  await predictTasks(statistics, [task], 0.5);
  expect((await calls()) - before).toBe(2);
});

test('with Redis away the answer is the default', async () => {
  const known = (await predictTasks(statistics, [task], 0.5))[0];
  expect(known?.prediction.based_on.level).toBe('signature');
  await under.server.kill();
  const [away] = await predictTasks(statistics, [task], 0.5);
  expect(away?.prediction).toMatchObject({ expected: 180, limit: 540, based_on: { level: 'defaults' } });
});
