import { endAppend, submitList } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({ CC_EXECUTOR_NESTING_DEPTH: '2', CC_EXECUTOR_NESTED_EXECUTIONS: '2' });
});
afterAll(async () => gateway.close());

/** The socket of a task of these executions; gives the answer to a call. */
const inside = async (...lineage: string[]) => {
  const client = await gateway.open('/ws/mcp', { headers: { 'cc-executor-lineage': lineage.join(',') } });
  let last = 0;
  return async (method: string, params: object) => {
    const id = (last += 1);
    client.send({ jsonrpc: '2.0', id, method, params });
    return await client.next((message) => message.id === id);
  };
};
const list = { tasks: [{ command: 'true' }] };

describe('a task that opens a socket', () => {
  it('cannot submit a list into its own workspace, and wait for it for ever', async () => {
    const outer = await submitList(gateway.store, { workspace: 'a/b' });
    const call = await inside(outer);
    for (const workspace of ['a/b', 'a', 'a/b/c'])
      expect((await call('execute', { ...list, workspace })).error).toMatchObject({
        code: -32028,
        message: expect.stringContaining(`lineage: ${outer}`),
        data: { code: 'OWN_WORKSPACE', errors: [{ path: 'workspace' }] },
      });
    const { result } = await call('execute', { ...list, workspace: 'a/c' });
    expect(result).toMatchObject({ status: 'started' });
    const record = (await gateway.store.read(String(result?.['execution_id'])))?.record;
    expect(record).toMatchObject({ lineage: [outer], workspace: 'a/c' });
    await gateway.store.append(outer, endAppend(outer));
    expect((await call('execute', { ...list, workspace: 'a/b' })).result).toMatchObject({
      status: 'started',
    });
  });

  it('is bounded in depth and in number', async () => {
    const root = await submitList(gateway.store);
    const tooDeep = await inside(root, 'child', 'grandchild');
    expect((await tooDeep('execute', list)).error?.data.code).toBe('NESTING_LIMIT');
    const call = await inside(root);
    for (const _ of [1, 2]) expect((await call('execute', list)).error).toBeUndefined();
    expect((await call('execute', list)).error?.data.code).toBe('NESTING_LIMIT');
  });

  it('can neither pause nor cancel what it runs in', async () => {
    const root = await submitList(gateway.store);
    const call = await inside(root);
    for (const type of ['PAUSE', 'CANCEL'])
      expect((await call('control', { type, execution_id: root })).error?.data.code).toBe('OWN_LINEAGE');
  });

  it('is refused when its lineage is invalid', async () => {
    const client = await gateway.open('/ws/mcp', { headers: { 'cc-executor-lineage': 'a b' } });
    const { error } = await client.next((message) => message.error !== undefined);
    expect(error?.data).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ path: 'cc-executor-lineage' }] });
    expect(await client.untilClosed()).toBe(1008);
  });
});
