import { waitFor } from '@cc-executor/testkit';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectForTasks, httpTransport, stdioTransport } from './mcp-task-client.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const DECLARED = { extensions: { 'io.modelcontextprotocol/tasks': {} } };
/** A command that waits until the test makes a file in the workspace. */
const UNTIL = { command: 'until [ -e go ]; do sleep 0.02; done; echo went' };

type Connected = Awaited<ReturnType<typeof connectForTasks>>;
let under: StackUnderTest;
const clients: Connected[] = [];
beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => {
  await Promise.all(clients.map(async ({ client }) => await client.close()));
  await under.stop();
});

const open = async (how: 'http' | 'stdio', headers: Record<string, string> = {}) => {
  const { apiUrl } = under.stack;
  const connected = await connectForTasks(
    how === 'http' ? httpTransport(apiUrl, headers) : stdioTransport(apiUrl),
  );
  clients.push(connected);
  return connected;
};
const letGo = async (id: string) => {
  await waitFor(() => existsSync(under.workspace(id)));
  await under.put(id, 'go');
};

describe.each(['http', 'stdio'] as const)('a list as a task over %s', (how) => {
  it('is answered at once, asked about through a kill of the API, and gives what the tool gives at its end', async () => {
    const { client, session } = await open(how);
    expect(client.getServerCapabilities()).toMatchObject(DECLARED);
    const execution_id = `task-${how}`;
    const tasks = [UNTIL, { command: 'false' }];
    const execution = await session.callTool('execute_task_list', { tasks, execution_id, wait_seconds: 300 });
    expect(execution.handle?.taskId).toBe(execution_id);
    const settled = execution.settle();
    const before = under.stack.pids()['api'];
    process.kill(before ?? 0, 'SIGKILL');
    await waitFor(() => under.stack.pids()['api'] !== before);
    await letGo(execution_id);
    expect(await settled).toMatchObject({
      outcome: {
        status: 'completed',
        result: { structuredContent: { execution_id, ended: true, status: 'failed', failed_tasks: 1 } },
      },
    });
  });

  it('is cancelled by it, and the caller that waits for it receives that', async () => {
    const { session, send } = await open(how);
    const execution_id = `cancelled-${how}`;
    await under.submit({ execution_id, tasks: [UNTIL] });
    const waiting = await session.callTool('wait_for_execution', { execution_id });
    await send('tasks/cancel', { taskId: execution_id }, DECLARED);
    expect(await waiting.settle()).toMatchObject({ outcome: { status: 'cancelled' } });
    expect(await under.ended(execution_id)).toMatchObject({ status: 'cancelled' });
    const again = await send('tasks/cancel', { taskId: execution_id }, DECLARED);
    expect(again).toMatchObject({ kind: 'result', result: { resultType: 'complete' } });
    const ended = await session.callTool('wait_for_execution', { execution_id });
    expect(ended.handle).toBeUndefined();
  });

  it('reports for a missing id what to do, and refuses a client that does not declare tasks', async () => {
    const { send } = await open(how);
    for (const method of ['tasks/get', 'tasks/cancel', 'tasks/update']) {
      const params = { taskId: 'nowhere', inputResponses: {} };
      expect(await send(method, params, DECLARED)).toMatchObject({
        error: {
          code: -32602,
          message: expect.stringMatching(/^EXECUTION_NOT_FOUND: .*\nNext: Check the id/),
        },
      });
      expect(await send(method, params, {})).toMatchObject({
        error: { code: -32021, data: { requiredCapabilities: DECLARED } },
      });
    }
  });
});

it('reports for a paused task what to do', async () => {
  const { send } = await open('http');
  await under.submit({ execution_id: 'paused', tasks: [UNTIL] });
  await under.call('POST', '/executions/paused/pause');
  await waitFor(async () => (await under.status('paused')).status === 'paused');
  expect(await send('tasks/get', { taskId: 'paused' }, DECLARED)).toMatchObject({
    result: { status: 'working', statusMessage: expect.stringMatching(/^paused \(by a person\).*"resume"/) },
  });
  await under.call('POST', '/executions/paused/cancel');
});

it('cannot cancel what its caller runs in', async () => {
  await under.submit({ execution_id: 'above', tasks: [UNTIL] });
  const { send } = await open('http', { 'cc-executor-lineage': 'above' });
  expect(await send('tasks/cancel', { taskId: 'above' }, DECLARED)).toMatchObject({
    error: { code: -32602, message: expect.stringMatching(/^OWN_LINEAGE/) },
  });
  await letGo('above');
  expect(await under.ended('above')).toMatchObject({ status: 'completed' });
});
