import { CcExecutor, type Followed } from '@cc-executor/sdk';
import { startRedis, waitFor, type TestRedis } from '@cc-executor/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let redis: TestRedis;
let under: StackUnderTest;
beforeAll(async () => {
  redis = await startRedis();
  under = await startStackUnderTest({ REDIS_URL: redis.url });
});
afterAll(async () => {
  await under.stop();
  await redis.stop();
});

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe('a Redis that comes back without the last seconds', () => {
  it('costs the events of those, and no task: what runs continues, and followers get a reset', async () => {
    const wait = (file: string) => `until [ -e ${file} ]; do sleep 0.02; done`;
    const command = `echo one; ${wait('go-1')}; echo two; ${wait('go-2')}; echo three; echo ran >> effects`;
    const id = await under.submit({ tasks: [{ command }, { command: 'echo last >> effects' }] });
    const seen: Followed[] = [];
    const following = (async () => {
      for await (const item of new CcExecutor({ url: under.stack.apiUrl }).attach(id)) seen.push(item);
    })();
    const says = (text: string) => seen.some((item) => JSON.stringify(item).includes(`${text}\\n`));
    await waitFor(() => says('one'));
    const rollBack = await redis.remember();
    await under.put(id, 'go-1');
    await waitFor(() => says('two'));
    await rollBack();
    await under.put(id, 'go-2');
    expect(await under.ended(id)).toMatchObject({ status: 'completed', completed_tasks: 2 });
    await following;

    expect(await readFile(join(under.workspace(id), 'effects'), 'utf8')).toBe('ran\nlast\n');
    const events = await under.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(upTo(events.length));
    expect(events.filter(({ type }) => type === 'task.started')).toHaveLength(2);
    expect(events.find(({ type }) => type === 'execution.rewound')?.data).toEqual({
      epoch: expect.any(String),
      head: expect.any(Number),
    });
    const reset = seen.findIndex(({ type }) => type === 'reset');
    expect(reset).toBeGreaterThan(0);
    expect(seen.slice(reset + 1)).toEqual(events);
    // What is gone from the log is in the output's file all the same.
    const output = await fetch(`${under.stack.apiUrl}/executions/${id}/tasks/1/output`);
    expect(await output.text()).toBe('one\ntwo\nthree\n');
  });
});
