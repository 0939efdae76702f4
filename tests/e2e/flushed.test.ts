import { needs } from '@cc-executor/testkit';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => await under.stop());

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
