import type { Append } from '@cc-executor/executions';
import { endAppend, eventToStore, outputAppend, submitList } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisExecutionStore } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

const KEPT = 4096;
let under: StoreUnderTest;
let store: RedisExecutionStore;
beforeAll(async () => {
  under = await openStore();
  store = new RedisExecutionStore(under.redis, { keptOutputBytes: KEPT });
});
afterAll(async () => under.close());

const stored = async (id: string) => await under.log.page(id, 0, 100_000);
const outputBytes = async (id: string) =>
  (await stored(id))
    .filter(({ type }) => type === 'task.output')
    .reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);

function startedAppend(id: string, task: number, attempt = 1): Append {
  const data = { description: 'true', agent: 'command', reason: 'first', session: null } as const;
  return {
    ...outputAppend(id, ''),
    events: [eventToStore(id, { type: 'task.started', task, attempt, data })],
  };
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
    const print = async () => {
      for (let i = 0; i < 30; i++) await store.append(id, outputAppend(id, 'x'.repeat(50)));
    };
    await store.append(id, startedAppend(id, 1));
    await print();
    await store.append(id, startedAppend(id, 1, 2));
    await print();
    const ofOne = await outputBytes(id);
    expect(ofOne).toBeLessThanOrEqual(KEPT);
    await store.append(id, startedAppend(id, 2));
    await print();
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
