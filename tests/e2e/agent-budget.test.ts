import { connect, RedisWorkerDirectory } from '@cc-executor/executions-redis';
import { hang, startScriptedModel, waitFor, type ScriptedModel } from '@cc-executor/testkit';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let model: ScriptedModel;
let under: StackUnderTest;
let redis: ReturnType<typeof connect>;
beforeAll(async () => {
  model = await startScriptedModel({ script: () => hang() });
  under = await startStackUnderTest(
    { CC_EXECUTOR_CONCURRENCY: '1', ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url },
    { workers: 2 },
  );
  redis = connect(`unix://${join(under.folder, 'data/redis/redis.sock')}`, 'patient', () => undefined);
});
afterAll(async () => {
  redis.disconnect();
  await under.stop();
  await model.close();
});

const slotsOfAll = async () =>
  (await new RedisWorkerDirectory(redis).list())
    .map(({ lanes }) => lanes.prompts.slots)
    .toSorted((a, b) => a - b);
const statusOf = async (ids: string[]) =>
  await Promise.all(ids.map(async (id) => (await under.status(id)).status));

describe('two workers on a host with room for one agent', () => {
  it('run one at a time, and when the one that has the room dies the other one gets it', async () => {
    await waitFor(async () => (await slotsOfAll()).join() === '0,1');
    const ids = [await under.submit({ tasks: ['One.'] }), await under.submit({ tasks: ['Two.'] })];
    await waitFor(() => model.requests.length > 0);
    expect((await statusOf(ids)).toSorted((a, b) => a.localeCompare(b))).toEqual(['queued', 'running']);
    const [busy] = (await new RedisWorkerDirectory(redis).list()).filter(
      ({ lanes }) => lanes.prompts.slots === 1,
    );
    const running = ids[(await statusOf(ids)).indexOf('running')] ?? '';
    await under.call('DELETE', `/executions/${running}`);
    await under.ended(running);
    const rest = ids.filter((id) => id !== running);
    await waitFor(() => model.requests.length === 2);

    process.kill(busy?.pid ?? 0, 'SIGKILL');
    await waitFor(() => model.requests.length === 3, { what: 'the rest to begin again' });
    expect(await statusOf(rest)).toEqual(['running']);
    for (const id of rest) {
      await under.call('DELETE', `/executions/${id}`);
      await under.ended(id);
    }
  });
});
