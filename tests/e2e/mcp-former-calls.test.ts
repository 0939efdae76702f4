import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
let client: Client;
const clients: Client[] = [];
beforeAll(async () => {
  under = await startStackUnderTest();
  client = await connect();
});
afterAll(async () => {
  await Promise.all(clients.map(async (one) => await one.close()));
  await under.stop();
});

async function connect(headers: Record<string, string> = {}): Promise<Client> {
  const one = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers };
  await one.connect(new StreamableHTTPClientTransport(new URL('/mcp', under.stack.apiUrl), { requestInit }));
  clients.push(one);
  return one;
}

async function call(of: Client, name: string, args: Record<string, unknown>) {
  const answer = await of.callTool({ name, arguments: args });
  expect(answer).not.toHaveProperty('isError', true);
  return answer.structuredContent;
}

async function refused(of: Client, name: string, args: Record<string, unknown>) {
  const { isError, content } = await of.callTool({ name, arguments: args });
  expect(isError).toBe(true);
  return (content as { text: string }[])[0]?.text ?? '';
}

describe('a call of cc_executor', () => {
  it('verifies the newest ones, by their number, and gives a report of them', async () => {
    for (const execution_id of ['an-older', 'a-newer'])
      await call(client, 'execute_task', { task: { command: 'echo done' }, execution_id });
    const two = await call(client, 'verify_execution', { last_n: 2, generate_report: true });
    expect(two).toMatchObject({
      verdict: 'verified',
      executions: [
        { execution_id: 'a-newer', verdict: 'verified', tasks: { verified: 1, unverified: 0 } },
        { execution_id: 'an-older', verdict: 'verified' },
      ],
      report: { untrusted: expect.stringContaining('an-older'), cut: false },
    });
    expect(await call(client, 'verify_execution', {})).toMatchObject({
      execution_id: 'a-newer',
      tasks: [{ verdict: 'verified' }],
    });
    expect(await refused(client, 'verify_execution', { last_n: 2, execution_id: 'a-newer' })).toContain(
      'give one of them',
    );
  });

  it('monitors the newest one, which is not one that the caller works for', async () => {
    await call(client, 'execute_task', { task: { command: 'echo done' }, execution_id: 'meant' });
    const task = { command: 'true' };
    await call(client, 'execute_task', { task, execution_id: 'the-callers-own' });
    const inside = await connect({ 'cc-executor-lineage': 'the-callers-own' });
    expect(await call(inside, 'monitor_execution', {})).toMatchObject({ execution_id: 'meant', ended: true });
    expect(await call(client, 'monitor_execution', {})).toMatchObject({ execution_id: 'the-callers-own' });
    // Meanwhile another one may be the newest.
    expect(await refused(client, 'monitor_execution', { after: 3 })).toContain('execution_id');
  });

  it('has a timeout and JSON for one task, and may go on after an error', async () => {
    const task = { command: 'sleep 600' };
    expect(await call(client, 'execute_task', { task, timeout: 1, json_mode: false })).toMatchObject({
      ended: true,
      status: 'failed',
    });
    const quick = { command: 'true' };
    const nulls = { timeout: null, timeout_per_task: null, json_mode: null };
    expect(await call(client, 'execute_task', { task: quick, ...nulls })).toMatchObject({
      status: 'completed',
    });
    const execution_id = 'asks-for-json';
    await call(client, 'execute_task', {
      task: 'Say {"a": 1}',
      json_mode: true,
      execution_id,
      wait_seconds: 0,
    });
    expect((await under.call('GET', `/executions/${execution_id}/submission`)).body).toMatchObject({
      tasks: [{ json_mode: true }],
    });
    // Without a credential it waits for one.
    await under.call('DELETE', `/executions/${execution_id}`);
    const tasks = [{ command: 'false' }, quick];
    expect(await call(client, 'execute_task_list', { tasks, continue_on_error: true })).toMatchObject({
      completed_tasks: 1,
      failed_tasks: 1,
    });
    expect(await call(client, 'execute_task_list', { tasks, continue_on_error: false })).toMatchObject({
      completed_tasks: 0,
      not_run_tasks: 1,
    });
    const opposite = { tasks, continue_on_error: true, on_failure: 'stop' };
    expect(await refused(client, 'execute_task_list', opposite)).toContain('continue_on_error');
    expect(await refused(client, 'execute_task', { task: quick, timeout: -1 })).toMatch(/- timeout: /);
    const twice = { task: quick, timeout: 1, timeout_per_task: 2 };
    expect(await refused(client, 'execute_task', twice)).toContain('give one of them');
  });
});
