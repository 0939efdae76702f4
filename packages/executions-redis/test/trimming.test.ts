import type { Append } from '@cc-executor/executions';
import { endAppend, eventToStore, outputAppend, SAMPLE_END, submitList } from '@cc-executor/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisEndedExecutions, RedisExecutionStore } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

const KEPT = 4096;
let under: StoreUnderTest;
let store: RedisExecutionStore;
beforeAll(async () => {
  under = await openStore();
  store = new RedisExecutionStore(under.redis, {
    keptOutputBytes: KEPT,
    keptExecutionBytes: 3 * KEPT,
    keptTotalBytes: 8 * KEPT,
  });
});
afterAll(async () => under.close());

const stored = async (id: string) => await under.log.page(id, 0, 100_000);
const outputBytes = async (id: string) =>
  (await stored(id))
    .filter(({ type }) => type === 'task.output')
    .reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);

const STARTED = { description: 'true', agent: 'command', reason: 'first', session: null } as const;

/** A task starts when the one before it has ended. */
function startedAppend(id: string, task: number, attempt = 1): Append {
  const ended = { type: 'task.completed', task: task - 1, attempt: 1, data: SAMPLE_END } as const;
  const started = { type: 'task.started', task, attempt, data: STARTED } as const;
  const events = task > 1 && attempt === 1 ? [ended, started] : [started];
  return { ...outputAppend(id, ''), events: events.map((event) => eventToStore(id, event)) };
}

describe("the log's part of a task's output", () => {
  it('is its end, of so many bytes, and all that is no output stays', async () => {
    const id = await submitList(store, { tasks: 2 });
    await store.append(id, startedAppend(id, 1));
    const warned = eventToStore(id, {
      type: 'task.warning',
      task: 1,
      data: { code: 'silent', message: 'y' },
    });
    for (let i = 0; i < 100; i++) {
      await store.append(id, outputAppend(id, `line ${String(i)} é\n`));
      if (i % 10 === 0) await store.append(id, { ...outputAppend(id, ''), events: [warned] });
      expect(await outputBytes(id)).toBeLessThanOrEqual(KEPT);
    }
    await store.append(id, endAppend(id));
    const events = await stored(id);
    expect(events.filter(({ type }) => type === 'task.warning')).toHaveLength(10);
    const lines = events.flatMap(({ json }) => /line (\d+) é/.exec(json)?.[1] ?? []).map(Number);
    expect(lines).toEqual(Array.from({ length: lines.length }, (_, index) => 100 - lines.length + index));
    expect(await outputBytes(id)).toBeGreaterThan(KEPT / 2);
  });

  it('is counted for each task, over its attempts', async () => {
    const id = await submitList(store, { tasks: 2 });
    const append = async (task: number) => {
      for (let i = 0; i < 30; i++) await store.append(id, outputAppend(id, 'x'.repeat(50), null, task));
    };
    await store.append(id, startedAppend(id, 1));
    await append(1);
    await store.append(id, startedAppend(id, 1, 2));
    await append(1);
    const ofOne = await outputBytes(id);
    expect(ofOne).toBeLessThanOrEqual(KEPT);
    await store.append(id, startedAppend(id, 2));
    await append(2);
    expect(await outputBytes(id)).toBeGreaterThan(ofOne + KEPT / 2);
    expect(await outputBytes(id)).toBeLessThanOrEqual(ofOne + KEPT);
  });

  it('may be nothing, where one entry is larger than what is kept', async () => {
    const id = await submitList(store);
    await store.append(id, outputAppend(id, 'x'.repeat(2 * KEPT)));
    await store.append(id, endAppend(id));
    expect((await stored(id)).map(({ seq }) => seq)).toEqual([1, 3]);
  });
});

const counted = async () => Number(await under.redis.get('cc:output-bytes'));
const print = async (id: string, lines: number, task = 1) => {
  for (let i = 0; i < lines; i++) await store.append(id, outputAppend(id, 'x'.repeat(200), null, task));
};
const tasksWithOutput = async (id: string) =>
  new Set((await stored(id)).filter(({ type }) => type === 'task.output').map(({ seq }) => seq));

describe("the logs' part of the output", () => {
  beforeEach(async () => under.redis.flushall());

  it('is bounded for each of several tasks that run at once, from its own entries', async () => {
    const id = await submitList(store, { tasks: 3 });
    const starts = [1, 2, 3].map((task) =>
      eventToStore(id, { type: 'task.started', task, attempt: 1, data: STARTED }),
    );
    await store.append(id, { ...outputAppend(id, ''), events: starts });
    await store.append(id, outputAppend(id, 'quiet', null, 3));
    for (let i = 0; i < 20; i++)
      for (const task of [1, 2]) await store.append(id, outputAppend(id, 'x'.repeat(300), null, task));
    const bytesOf = async (task: number) =>
      (await stored(id))
        .filter(({ type, json }) => type === 'task.output' && json.includes(`"task":${String(task)},`))
        .reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);
    for (const task of [1, 2]) {
      expect(await bytesOf(task)).toBeLessThanOrEqual(KEPT);
      expect(await bytesOf(task)).toBeGreaterThan(KEPT / 2);
    }
    expect(await bytesOf(3)).toBeGreaterThan(0);
    expect(await counted()).toBe(await outputBytes(id));
  });

  it('is bounded for an execution: the oldest goes, and no event but output', async () => {
    const id = await submitList(store, { tasks: 10 });
    for (let task = 1; task <= 10; task++) {
      await store.append(id, startedAppend(id, task));
      await print(id, 10, task);
      expect(await outputBytes(id)).toBeLessThanOrEqual(3 * KEPT);
      expect(await counted()).toBe(await outputBytes(id));
    }
    const events = await stored(id);
    expect(events.filter(({ type }) => type === 'task.started')).toHaveLength(10);
    const left = [...(await tasksWithOutput(id))];
    expect(Math.min(...left)).toBeGreaterThan((events.at(-1)?.seq ?? 0) - 60);
    expect(await outputBytes(id)).toBeGreaterThan(2 * KEPT);
  });

  it('is bounded for all executions: that of settled tasks goes first', async () => {
    const running = await submitList(store);
    await store.append(running, startedAppend(running, 1));
    await print(running, 10);
    const ofRunning = await outputBytes(running);
    const ended: string[] = [];
    for (let n = 0; n < 6; n++) {
      const id = await submitList(store, { tasks: 2 });
      for (const task of [1, 2]) {
        await store.append(id, startedAppend(id, task));
        await print(id, 10, task);
      }
      await store.append(id, endAppend(id));
      ended.push(id);
      expect(await counted()).toBeLessThanOrEqual(8 * KEPT);
    }
    expect(await outputBytes(running)).toBe(ofRunning);
    const sizes = await Promise.all(ended.map(outputBytes));
    expect(sizes.reduce((sum, size) => sum + size, ofRunning)).toBe(await counted());
    for (const id of ended) expect((await stored(id)).at(-1)?.type).toBe('execution.completed');
  });

  it('is bounded where nothing is settled: a writer makes room for what it brings', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, async () => await submitList(store)));
    for (const id of ids) await store.append(id, startedAppend(id, 1));
    for (let round = 0; round < 20; round++) for (const id of ids) await print(id, 1);
    expect(await counted()).toBeLessThanOrEqual(8 * KEPT);
    const sizes = await Promise.all(ids.map(outputBytes));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(await counted());
  });

  it('is looked for behind however many other events', async () => {
    const settled = await submitList(store, { tasks: 2 });
    const warned = eventToStore(settled, {
      type: 'task.warning',
      task: 1,
      data: { code: 'silent', message: 'y' },
    });
    for (let n = 0; n < 5; n++)
      await store.append(settled, { ...outputAppend(settled, ''), events: Array(500).fill(warned) });
    for (const task of [1, 2]) {
      await store.append(settled, startedAppend(settled, task));
      await print(settled, 10, task);
    }
    await store.append(settled, endAppend(settled));
    const before = await outputBytes(settled);
    const running = await Promise.all(Array.from({ length: 7 }, async () => await submitList(store)));
    for (const id of running) await store.append(id, startedAppend(id, 1));
    for (let round = 0; round < 30; round++) for (const id of running) await print(id, 1);
    for (const id of running) expect(await outputBytes(id)).toBeGreaterThan(KEPT / 2);
    expect(await outputBytes(settled)).toBeLessThan(before);
    expect((await stored(settled)).filter(({ type }) => type === 'task.warning')).toHaveLength(2500);
  });

  it('is counted no more once a log has left Redis', async () => {
    const ended = new RedisEndedExecutions(under.redis);
    const ids: string[] = [];
    for (let n = 0; n < 2; n++) {
      const id = await submitList(store);
      await print(id, 5);
      await store.append(id, endAppend(id));
      ids.push(id);
    }
    const [first = '', second = ''] = ids;
    expect(await counted()).toBeGreaterThan(2000);
    expect(await ended.forget(first, (await store.readStatus(first))?.head ?? 0)).toBe(true);
    expect(await counted()).toBe(await outputBytes(second));
    await ended.prune(second);
    expect(await counted()).toBe(0);
    expect(await under.redis.exists('cc:settled-output')).toBe(0);
  });
});
