import { connect } from '@cc-executor/executions-redis';
import { endAppend, outputAppend, submitList, waitFor } from '@cc-executor/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { startNarrowLine } from './narrow-line.ts';
import { Client, startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const GRACE_MS = 300;
let gateway: GatewayUnderTest;
afterEach(async () => await gateway.close());

/** No worker is there: what is executed stays queued until it is cancelled. */
async function execute(client: Client) {
  const { params } = await client.next(({ method }) => method === 'connected');
  client.send({ jsonrpc: '2.0', id: 'execute', method: 'execute', params: { command: 'true' } });
  const { result } = await client.next(({ id }) => id === 'execute');
  return { sessionId: params?.['session_id'], executionId: result?.['execution_id'] as string };
}
const statusOf = async (id: string) => (await gateway.store.readStatus(id))?.status;
const attach = (client: Client, session_id: unknown) =>
  client.send({ jsonrpc: '2.0', id: 'attach', method: 'attach', params: { session_id } });

describe('the process of a lost socket', () => {
  it('is cancelled when its client is not back in time', async () => {
    gateway = await startGateway({}, { graceMs: GRACE_MS });
    const client = await gateway.open('/ws/mcp');
    const { executionId } = await execute(client);
    client.socket.terminate();
    await waitFor(async () => (await statusOf(executionId)) === 'cancelled');
    const { state } = (await gateway.store.read(executionId)) ?? {};
    expect(state?.reason).toContain('socket was lost');
  });

  it('is taken over by a client that is back, also while the old socket hangs, and again', async () => {
    gateway = await startGateway({}, { graceMs: GRACE_MS });
    const hanging = await gateway.open('/ws/mcp');
    const { sessionId, executionId } = await execute(hanging);
    let last = hanging;
    for (let round = 0; round < 3; round++) {
      const back = await gateway.open('/ws/mcp');
      attach(back, sessionId);
      await back.next(({ id, result }) => id === 'attach' && result?.['execution_id'] === executionId);
      last.socket.terminate();
      last = back;
    }
    // Nobody cancels it for the sockets that are gone.
    const other = await gateway.open('/ws/mcp');
    const lost = await execute(other);
    other.socket.terminate();
    await waitFor(async () => (await statusOf(lost.executionId)) === 'cancelled');
    expect(await statusOf(executionId)).toBe('queued');
    last.socket.close();
    await waitFor(async () => (await statusOf(executionId)) === 'cancelled');
    expect(last.messages.filter(({ method }) => method === 'process.completed').length).toBeLessThan(2);
  });

  it('reports to a client that is back how it ended meanwhile', async () => {
    gateway = await startGateway();
    const client = await gateway.open('/ws/mcp');
    const { sessionId, executionId } = await execute(client);
    client.socket.terminate();
    const other = await gateway.open('/ws/mcp');
    const params = { type: 'CANCEL', execution_id: executionId };
    other.send({ jsonrpc: '2.0', id: 1, method: 'control', params });
    await other.next(({ id }) => id === 1);
    attach(other, sessionId);
    const completed = await other.next(({ method }) => method === 'process.completed');
    expect(completed.params).toMatchObject({ execution_id: executionId, status: 'cancelled' });
    other.send({ jsonrpc: '2.0', id: 2, method: 'execute', params: { command: 'true' } });
    await other.next(({ id, result }) => id === 2 && result?.['status'] === 'started');
  });

  it('continues when the gateway goes', async () => {
    gateway = await startGateway({}, { graceMs: 1 });
    const client = await gateway.open('/ws/mcp');
    const { executionId } = await execute(client);
    await gateway.app.close();
    await client.untilClosed();
    expect(await statusOf(executionId)).toBe('queued');
  });
});

describe('liveness', () => {
  // Proves: dead-clients-are-closed
  it('keeps a client that answers pings, and closes one that does not within two intervals', async () => {
    const pingMs = 200;
    gateway = await startGateway({}, { pingMs });
    const alive = await gateway.open('/ws/mcp');
    const dead = await gateway.open('/ws/mcp', { autoPong: false });
    let pings = 0;
    alive.socket.on('ping', () => (pings += 1));
    let pingsBefore = NaN;
    dead.socket.on('close', () => (pingsBefore = pings));
    expect(await dead.untilClosed()).toBe(1006);
    expect(pingsBefore).toBeLessThanOrEqual(3);
    await waitFor(() => pings > 5);
    expect(alive.closed).toBeUndefined();
  });

  it('keeps a slow client for as long as it reads, and closes it when it stops', async () => {
    gateway = await startGateway({}, { pingMs: 100 });
    const id = await submitList(gateway.store);
    const text = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 200; i++) await gateway.store.append(id, outputAppend(id, text));
    await gateway.store.append(id, endAppend(id));
    // At most 1.3 MiB a second, while a ping is due every 100 ms.
    const line = await startNarrowLine(gateway.port, 50);
    const slow = new Client(`ws://127.0.0.1:${String(line.port)}/executions/${id}/stream`, {});
    await waitFor(() => slow.messages.length > 120 || slow.closed !== undefined);
    expect(slow.closed).toBeUndefined();
    line.block();
    const health = async () =>
      JSON.stringify(await (await fetch(`http://127.0.0.1:${String(gateway.port)}/health`)).json());
    expect(await health()).toContain('1 of 100 taken');
    await waitFor(async () => (await health()).includes('0 of 100 taken'), { what: 'the session to end' });
    slow.socket.terminate();
    await line.close();
  });
});

describe('the foreground of a session', () => {
  it('is free again when its process ends, also when Redis was away in between', async () => {
    gateway = await startGateway();
    const client = await gateway.open('/ws/mcp');
    const { sessionId, executionId } = await execute(client);
    client.socket.terminate();
    const back = await gateway.open('/ws/mcp');
    await back.next(({ method }) => method === 'connected');
    const redis = connect(gateway.redis.url, 'patient', () => undefined);
    const subscribers = async () => (await redis.pubsub('NUMSUB', `cc:live:${executionId}`))[1];
    await waitFor(async () => (await subscribers()) === 0, { what: 'the lost client not to be read for' });
    redis.disconnect();
    await gateway.redis.kill();
    attach(back, sessionId);
    await back.next(({ id, result }) => id === 'attach' && result?.['execution_id'] === executionId);
    await gateway.redis.start();
    await waitFor(async () => await gateway.store.readStatus(executionId).catch(() => null));
    let tries = 0;
    const params = { type: 'CANCEL' };
    await waitFor(async () => {
      const own = `cancel ${String((tries += 1))}`;
      back.send({ jsonrpc: '2.0', id: own, method: 'control', params });
      return (await back.next(({ id }) => id === own)).result;
    });
    await back.next(({ method }) => method === 'process.completed');
    back.send({ jsonrpc: '2.0', id: 'status', method: 'status' });
    const { result } = await back.next(({ id }) => id === 'status');
    expect(result).toMatchObject({ status: 'idle', execution_id: null });
  });
});
