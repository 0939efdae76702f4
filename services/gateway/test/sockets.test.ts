import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { endAppend, outputAppend, submitList, waitFor } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({ MAX_SESSIONS: '3' });
});
afterAll(async () => gateway.close());

describe('a stream of plain frames', () => {
  it('gives the stored JSON from a position to the end, and closes', async () => {
    const id = await submitList(gateway.store);
    await gateway.store.append(id, outputAppend(id, 'a'));
    await gateway.store.append(id, endAppend(id));
    const client = await gateway.open(`/executions/${id}/stream?after=1`);
    expect(await client.untilClosed()).toBe(1000);
    expect(client.messages.map(({ seq, type }) => [seq, type])).toEqual([
      [2, 'task.output'],
      [3, 'execution.completed'],
      [undefined, 'end'],
    ]);
  });

  it('says what is wrong, and closes', async () => {
    const unknown = await gateway.open('/executions/nobody/stream');
    expect(await unknown.untilClosed()).toBe(1008);
    expect(unknown.messages).toMatchObject([{ type: 'error', code: 'EXECUTION_NOT_FOUND' }]);
    const faulty = await gateway.open('/executions/nobody/stream?after=x&more=1');
    expect(await faulty.untilClosed()).toBe(1008);
    expect(faulty.messages).toMatchObject([
      { code: 'INVALID_REQUEST', errors: [{ path: 'after' }, { path: 'more' }] },
    ]);
  });
});

describe('who may open a socket', () => {
  it('no page of elsewhere, and nobody by another name', async () => {
    expect((await gateway.open('/ws/mcp', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await gateway.open('/ws/mcp', { headers: { host: 'evil.example' } })).status).toBe(421);
  });

  // Proves: sessions-are-bounded
  it('as many as there are sessions, and again when one has gone', async () => {
    const three = [];
    for (let i = 0; i < 3; i++) three.push(await gateway.open('/ws/mcp'));
    await Promise.all(three.map((client) => client.next(({ method }) => method === 'connected')));
    const fourth = await gateway.open('/ws/mcp');
    expect(await fourth.untilClosed()).toBe(1008);
    expect(fourth.messages).toMatchObject([{ id: null, error: { code: -32003 } }]);
    three[0]?.socket.terminate();
    await waitFor(async () => {
      const again = await gateway.open('/ws/mcp');
      await waitFor(() => again.messages.length > 0);
      const isIn = again.messages[0]?.method === 'connected';
      again.socket.terminate();
      return isIn;
    });
    for (const client of three) client.socket.terminate();
  });

  it('as many again right after a client was killed that had them all', async () => {
    const script = `
      const open = () => new Promise((resolve) => {
        const socket = new WebSocket('ws://127.0.0.1:${String(gateway.port)}/ws/mcp');
        socket.onmessage = () => resolve(socket);
      });
      Promise.all([open(), open(), open()]).then(() => console.log('all open'));`;
    const client = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(client.stdout, 'data');
    const fourth = await gateway.open('/ws/mcp');
    expect(await fourth.untilClosed()).toBe(1008);
    client.kill('SIGKILL');
    await once(client, 'exit');
    const isAdmitted = async () => {
      const again = await gateway.open('/ws/mcp');
      await waitFor(() => again.messages.length > 0);
      if (again.messages[0]?.method !== 'connected') return null;
      return again;
    };
    const three = [];
    for (let i = 0; i < 3; i++) three.push(await waitFor(isAdmitted));
    for (const { socket } of three) socket.terminate();
  });

  it('with a key: by header, by subprotocol, or by the first message', async () => {
    const locked = await startGateway({ CC_EXECUTOR_API_KEY: 'the-key' });
    try {
      const isIn = async (client: Awaited<ReturnType<typeof locked.open>>) =>
        await client.next(({ method }) => method === 'connected');
      await isIn(await locked.open('/ws/mcp', { headers: { authorization: 'Bearer the-key' } }));
      const named = await locked.open('/ws/mcp', { protocols: ['cc-executor', 'bearer.the-key'] });
      await isIn(named);
      expect(named.socket.protocol).toBe('cc-executor');
      const alone = await locked.open('/ws/mcp', { protocols: ['bearer.the-key'] });
      // The key is not repeated, and there is nothing else to agree to.
      await waitFor(() => alone.socket.readyState === alone.socket.CLOSED);
      expect(alone.socket.protocol).toBe('');
      const late = await locked.open('/ws/mcp');
      late.send({ key: 'the-key' });
      late.send({ jsonrpc: '2.0', id: 1, method: 'unsubscribe', params: { execution_id: 'x' } });
      await isIn(late);
      await late.next(({ id }) => id === 1);
      const wrong = await locked.open('/ws/mcp');
      wrong.send({ jsonrpc: '2.0', id: 1, method: 'authenticate', params: { key: 'no' } });
      expect(await wrong.untilClosed()).toBe(1008);
      expect(wrong.messages).toMatchObject([{ error: { data: { code: 'UNAUTHENTICATED' } } }]);
    } finally {
      await locked.close();
    }
  });
});

describe('a client that does not read', () => {
  it('holds nobody up, and gets everything when it does', async () => {
    const id = await submitList(gateway.store);
    const slow = await gateway.open(`/executions/${id}/stream`);
    const quick = await gateway.open(`/executions/${id}/stream`);
    await slow.next(({ seq }) => seq === 1);
    slow.socket.pause();
    const text = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 300; i++) await gateway.store.append(id, outputAppend(id, text));
    await gateway.store.append(id, endAppend(id));
    expect(await quick.untilClosed()).toBe(1000);
    expect(slow.seqs.length).toBeLessThan(302);
    slow.socket.resume();
    expect(await slow.untilClosed()).toBe(1000);
    expect(slow.seqs).toEqual(Array.from({ length: 302 }, (_, index) => index + 1));
  });
});

describe('the end of a gateway', () => {
  it('waits for no client that does not take leave, nor for one that was refused', async () => {
    const ending = await startGateway({ MAX_SESSIONS: '1' });
    const stuck = await ending.open('/ws/mcp');
    await stuck.next(({ method }) => method === 'connected');
    const refused = await ending.open('/ws/mcp');
    for (const { socket } of [stuck, refused]) socket.pause();
    const closed = ending.app.close().then(() => 'closed');
    // By itself such a socket is given up after 30 s.
    expect(await Promise.race([closed, delay(20_000, 'open', { ref: false })])).toBe('closed');
    await ending.close();
  });

  it('asks its sockets to reconnect, with the position', async () => {
    const ending = await startGateway();
    const id = await submitList(ending.store);
    const [stream, session] = [await ending.open(`/executions/${id}/stream`), await ending.open('/ws/mcp')];
    await stream.next(({ seq }) => seq === 1);
    session.send({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { execution_id: id, after: 1 } });
    await session.next(({ id: answered }) => answered === 1);
    await ending.app.close();
    expect(await Promise.all([stream.untilClosed(), session.untilClosed()])).toEqual([1012, 1012]);
    expect(stream.messages.at(-1)).toEqual({ type: 'restart', after: 1 });
    const params = { execution_id: id, after: 1 };
    expect(session.messages.at(-1)).toEqual({ jsonrpc: '2.0', method: 'restart', params });
    await ending.close();
  });
});
