import { endAppend, outputAppend, submitList } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type Client, type GatewayUnderTest } from './gateway-under-test.ts';

let gateway: GatewayUnderTest;
let client: Client;
beforeAll(async () => {
  gateway = await startGateway();
  client = await gateway.open('/ws/mcp');
});
afterAll(async () => gateway.close());

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe('a session', () => {
  it('is greeted', async () => {
    const { params } = await client.next(({ method }) => method === 'connected');
    expect(params).toMatchObject({
      session_id: expect.any(String),
      version: '0.1.0',
      capabilities: ['execute', 'control', 'stream'],
    });
  });

  it('is opened, and the health asked, also by the names that cc_executor has', async () => {
    const old = await gateway.open('/ws');
    await old.next(({ method }) => method === 'connected');
    const answer = await fetch(`http://127.0.0.1:${String(gateway.port)}/healthz`);
    expect(await answer.json()).toMatchObject({ service: 'gateway', status: 'healthy' });
  });

  // Proves: websocket-stays-usable
  it.each([
    ['bad JSON', '{"jsonrpc"', -32700, null],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"subscribe"}]', -32600, null],
    ['an odd id', '{"jsonrpc":"2.0","id":{},"method":"subscribe"}', -32600, null],
    ['no version', '{"id":4,"method":"subscribe"}', -32600, 4],
    ['a key too much', '{"jsonrpc":"2.0","id":"d","method":"subscribe","more":1}', -32600, 'd'],
    ['a string', '"subscribe"', -32600, null],
    ['an unknown method', '{"jsonrpc":"2.0","id":5,"method":"nothing"}', -32601, 5],
    ['a name of every object', '{"jsonrpc":"2.0","id":"c","method":"constructor"}', -32601, 'c'],
    ['params in a list', '{"jsonrpc":"2.0","id":8,"method":"subscribe","params":["x"]}', -32602, 8],
    ['params that are none', '{"jsonrpc":"2.0","id":9,"method":"subscribe","params":"x"}', -32602, 9],
    [
      'params that are wrong',
      '{"jsonrpc":"2.0","id":6,"method":"subscribe","params":{"after":-1}}',
      -32602,
      6,
    ],
    [
      'an unknown id',
      '{"jsonrpc":"2.0","id":7,"method":"subscribe","params":{"execution_id":"zz"}}',
      -32002,
      7,
    ],
  ])('answers %s with its number, and stays usable', async (_, text, code, id) => {
    const before = client.messages.length;
    client.send(text);
    client.send({ jsonrpc: '2.0', id: text, method: 'unsubscribe', params: { execution_id: 'x' } });
    await client.next((message) => message.id === text && message.result !== undefined);
    expect(client.messages.slice(before).map(({ id: answered, error }) => [answered, error?.code])).toEqual([
      [id, code],
      [text, undefined],
    ]);
  });

  it('is refused for an invalid workspace, as by REST', async () => {
    for (const workspace of ['~/code/x', '/srv/x', '../x']) {
      const params = { command: 'true', workspace };
      client.send({ jsonrpc: '2.0', id: workspace, method: 'execute', params });
      const { error } = await client.next(({ id }) => id === workspace);
      expect(error?.data).toMatchObject({
        code: 'WORKSPACE_INVALID',
        errors: [{ path: 'workspace', message: expect.stringMatching(/ \(CC_EXECUTOR_WORKSPACES_DIR\): /) }],
      });
    }
  });

  it('receives every fault of its params', async () => {
    const params = { after: 'x', execution_id: '../x', more: 1 };
    client.send({ jsonrpc: '2.0', id: 'faults', method: 'subscribe', params });
    const { error } = await client.next(({ id }) => id === 'faults');
    expect(error?.data.errors?.map(({ path }) => path)).toEqual(['execution_id', 'after', 'more']);
  });

  it('refuses a binary frame', async () => {
    client.socket.send(Buffer.from('{}'), { binary: true });
    await client.next(({ id, error }) => id === null && error?.data.code === 'INVALID_RPC');
    expect(client.closed).toBeUndefined();
  });
});

describe('a subscription', () => {
  it('replays, continues live, ends after the last event, and can be restarted from anywhere', async () => {
    const own = await gateway.open('/ws/mcp');
    const id = await submitList(gateway.store);
    for (let i = 0; i < 700; i++) await gateway.store.append(id, outputAppend(id, String(i)));
    own.send({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { execution_id: id, after: 1 } });
    const writing = (async () => {
      for (let i = 0; i < 700; i++) await gateway.store.append(id, outputAppend(id, String(i)));
      await gateway.store.append(id, endAppend(id));
    })();
    await own.next(({ method }) => method === 'end');
    await writing;
    expect(own.messages[1]).toMatchObject({ id: 1, result: { execution_id: id, from: 2 } });
    expect(own.seqs).toEqual(upTo(1401).map((seq) => seq + 1));
    own.messages.length = 0;
    own.send({
      jsonrpc: '2.0',
      id: 2,
      method: 'subscribe',
      params: { execution_id: id, after: 1400, epoch: 'other' },
    });
    await own.next(({ method }) => method === 'end');
    expect(own.messages.slice(0, 2).map(({ method }) => method)).toEqual([undefined, 'reset']);
    expect(own.seqs).toEqual(upTo(1402));
  });

  it('sends nothing more when it is given up', async () => {
    const own = await gateway.open('/ws/mcp');
    const id = await submitList(gateway.store);
    own.send({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { execution_id: id } });
    await own.next(({ method }) => method === 'event');
    own.send({ jsonrpc: '2.0', id: 2, method: 'unsubscribe', params: { execution_id: id } });
    await own.next((message) => message.id === 2);
    await gateway.store.append(id, endAppend(id));
    own.send({ jsonrpc: '2.0', id: 3, method: 'unsubscribe', params: { execution_id: id } });
    await own.next((message) => message.id === 3);
    expect(own.seqs).toEqual([1]);
  });
});
