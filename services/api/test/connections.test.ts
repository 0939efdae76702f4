import type { Health } from '@cc-executor/contracts';
import { connect } from '@cc-executor/executions-redis';
import { waitFor } from '@cc-executor/testkit';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect as dial, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => api.close());

const port = () => (api.app.server.address() as AddressInfo).port;
const TASKS = { tasks: [{ command: 'true' }] };
/** There is no worker: it stays queued. */
async function submit(): Promise<string> {
  return ((await api.call.post('/execute').send(TASKS)).body as { execution_id: string }).execution_id;
}

describe('the events of an execution', () => {
  it('are not followed for clients that have gone, be it before the first one was sent', async () => {
    const id = await submit();
    const redis = connect(api.redis.url, 'patient', () => undefined);
    const followers = async () => ((await redis.pubsub('NUMSUB', `cc:live:${id}`)) as [string, number])[1];
    const staying = await fetch(`http://127.0.0.1:${String(port())}/executions/${id}/events`);
    for (let n = 0; n < 20; n++) {
      const socket = dial(port(), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(`GET /executions/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      // In the middle of its being answered, here or there.
      for (let turn = 0; turn < n; turn++) await new Promise(setImmediate);
      socket.destroy();
    }
    await staying.body?.cancel();
    const isOver = async () => (await followers()) === 0;
    expect(await waitFor(isOver, { what: 'the last follower to be let go' })).toBe(true);
    redis.disconnect();
  });

  it('have no head', async () => {
    const response = await api.call.head(`/executions/${await submit()}/events`);
    expect([response.status, response.headers['allow']]).toEqual([405, 'GET']);
  });
});

describe('a submission that waits', () => {
  it('leaves nothing on the connection, which serves further ones', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<unknown>();
    const listeners: number[] = [];
    api.app.server.on('request', ({ socket }) => {
      sockets.add(socket);
      listeners.push(socket.listenerCount('close'));
    });
    for (let n = 0; n < 5; n++) {
      const headers = { 'content-type': 'application/json', prefer: 'wait=0' };
      const asked = request({ port: port(), agent, method: 'POST', path: '/execute', headers });
      asked.end(JSON.stringify(TASKS));
      const [response] = (await once(asked, 'response')) as [NodeJS.ReadableStream];
      await once(response.resume(), 'end');
    }
    agent.destroy();
    expect(sockets.size).toBe(1);
    expect(listeners).toEqual(listeners.map(() => listeners[0]));
  });

  it('is acknowledged in time, also when Redis is lost meanwhile', async () => {
    const own = await startApi();
    const answer = own.call
      .post('/execute')
      .set('Prefer', 'wait=2')
      .send({ ...TASKS, execution_id: 'mine' })
      .then((response) => response);
    await waitFor(async () => await own.store.readStatus('mine'));
    await own.redis.kill();
    expect(await answer).toMatchObject({ status: 202, body: { execution_id: 'mine', status: 'queued' } });
    await own.redis.start();
    await own.close();
  });
});

// Proves: health-names-the-fault
it('a Redis whose memory is short is in the health, which is degraded', async () => {
  const own = await startApi();
  const admin = connect(own.redis.url, 'patient', () => undefined);
  try {
    const well = (await own.call.get('/health').expect(200)).body as Health;
    expect(well.checks['memory']).toMatchObject({ status: 'ok' });
    await admin.config('SET', 'maxmemory', String(1024 * 1024));
    const health = await waitFor(async () => {
      const { body } = await own.call.get('/health').expect(200);
      return (body as Health).checks['memory']?.status === 'failed' ? (body as Health) : null;
    });
    expect(health.status).toBe('degraded');
    expect(health.checks['memory']?.message).toMatch('The memory of Redis is short');
    await own.call.post('/execute').send(TASKS).expect(503);
  } finally {
    admin.disconnect();
    await own.close();
  }
});
