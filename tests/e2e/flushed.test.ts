import { connect } from '@cc-executor/executions-redis';
import { needs, startRedis, waitFor } from '@cc-executor/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => await under.stop());

// Proves: users-redis-is-left
it('a task that finds the own Redis removes nothing with FLUSHALL, and does not end it', async (context) => {
  const cli = needs(context, 'redis-cli', 'valkey-cli');
  const before = await under.submit({ tasks: [{ command: 'echo before' }] });
  await under.ended(before);
  const ask = `${cli} -s ${join(under.folder, 'data/redis/redis.sock')}`;
  const commands = ['FLUSHALL', 'FLUSHDB', 'CONFIG SET appendonly no', 'SHUTDOWN NOSAVE', 'DEBUG SLEEP 0'];
  const command = commands.map((one) => `${ask} ${one}`).join('; ');
  const pid = under.stack.pids()['redis'];
  const id = await under.submit({ tasks: [{ command }, { command: 'echo after' }] });
  expect(await under.ended(id)).toMatchObject({ status: 'completed' });
  const { results } = await under.results(id);
  expect(JSON.stringify(results[0]).match(/NOPERM|DEBUG command not allowed/g)).toHaveLength(commands.length);
  expect(await under.status(before)).toMatchObject({ status: 'completed' });
  expect(under.stack.pids()['redis']).toBe(pid);
});

it('a Redis of the user that is emptied under a running execution is reported, and its processes are ended', async () => {
  const redis = await startRedis();
  const stack = await startStackUnderTest({ REDIS_URL: redis.url });
  const id = await stack.submit({
    tasks: [{ command: 'touch began; sleep 300' }, { command: 'echo never' }],
  });
  await waitFor(async () => await readFile(join(stack.workspace(id), 'began')).catch(() => null), {
    what: 'the task to begin',
  });
  const client = connect(redis.url, 'patient', () => undefined);
  await client.connect();
  await client.flushall();
  client.disconnect();
  const log = join(stack.folder, 'data/logs/worker.log');
  const gone = `Redis has no record of execution ${id} any more, as after a FLUSHALL`;
  await waitFor(async () => (await readFile(log, 'utf8')).includes(gone), {
    what: 'the loss to be reported',
  });
  expect((await stack.call('GET', `/executions/${id}/status`)).status).toBe(404);
  // Also shows that nothing of it is left.
  await stack.stop();
  await redis.stop();
});
