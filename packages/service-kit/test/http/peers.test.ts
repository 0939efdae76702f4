import { NOBODY, runAsUser } from '@cc-executor/testkit';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peerUid } from '../../src/http/peers.ts';
import { probeApp } from './app.ts';

const KEY = 'the-key-of-this-installation';
const me = process.getuid?.() ?? 0;
const isRoot = me === 0;

interface Answered {
  status: number;
  body: { code?: string; detail?: string };
}

/** Asks for an address as another user, by one connection, and returns the status and the body of each answer. */
async function asUser(uid: number, url: string, headers: Record<string, string> = {}): Promise<Answered[]> {
  const program = `
    const answers = [];
    for (let i = 0; i < 2; i++) {
      const answer = await fetch(${JSON.stringify(url)}, { headers: ${JSON.stringify(headers)} });
      answers.push({ status: answer.status, body: await answer.json() });
    }
    console.log(JSON.stringify(answers));`;
  return (await runAsUser(uid, program)) as Answered[];
}

async function listening(host: string, env: Record<string, string> = {}, key: string | null = KEY) {
  const { app } = probeApp(env, key);
  await app.listen({ host, port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { app, port };
}

describe.runIf(process.platform === 'linux')('the other end of a connection', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['::', '127.0.0.1'],
    ['::', '::1'],
  ])('is seen: a server at %s, a client of %s', async (host, address) => {
    const server = createServer();
    server.listen(0, host);
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, address);
    const [socket] = (await once(server, 'connection')) as [Socket];
    // Many ask at once, and one that has come later is seen as well.
    const uids = await Promise.all(Array.from({ length: 50 }, async () => await peerUid(socket)));
    expect(new Set(uids)).toEqual(new Set([me]));
    client.destroy();
    await once(socket.resume(), 'close');
    server.close();
  });

  it('is nobody when it is gone: a closed socket is shown as of root', async () => {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    const ends = {
      localAddress: socket.localAddress,
      localPort: socket.localPort,
      remoteAddress: socket.remoteAddress,
      remotePort: socket.remotePort,
    };
    expect(await peerUid(ends)).toBe(me);
    client.end('and no more');
    client.destroy();
    await once(socket.resume(), 'end');
    expect(await peerUid(ends)).toBe(null);
    socket.destroy();
    server.close();
  });

  it('is not known for what is no connection', async () => {
    expect(await peerUid({})).toBe(null);
    const ends = { localAddress: '192.0.2.1', localPort: 1, remoteAddress: '192.0.2.2', remotePort: 2 };
    expect(await peerUid(ends)).toBe(null);
  });
});

describe('a service without keys on loopback', () => {
  let service: Awaited<ReturnType<typeof listening>>;
  beforeAll(async () => {
    service = await listening('127.0.0.1');
  });
  afterAll(async () => {
    await service.app.close();
  });
  const items = () => `http://127.0.0.1:${String(service.port)}/items/1`;

  it.runIf(process.platform === 'linux')('answers its own user', async () => {
    expect((await fetch(items())).status).toBe(200);
  });

  it.runIf(isRoot && process.platform === 'linux')('refuses another user, and says why', async () => {
    const refused = {
      status: 401,
      body: {
        code: 'UNAUTHENTICATED',
        detail: expect.stringContaining('another user of this machine (uid 65534)'),
      },
    };
    expect(await asUser(NOBODY, items())).toMatchObject([refused, refused]);
    const [answer] = await asUser(NOBODY, items(), { Authorization: `Bearer ${KEY}` });
    expect(answer?.status).toBe(200);
  });

  it.runIf(isRoot && process.platform === 'linux')('refuses another user over IPv6 too', async () => {
    const other = await listening('::1');
    try {
      const [answer] = await asUser(NOBODY, `http://[::1]:${String(other.port)}/items/1`);
      expect(answer?.status).toBe(401);
    } finally {
      await other.app.close();
    }
  });

  it('answers who brings the key of the installation where nobody can be seen', async () => {
    // What is injected comes over no connection.
    expect((await service.app.inject('/items/1')).statusCode).toBe(401);
    const headers = { authorization: `Bearer ${KEY}` };
    expect((await service.app.inject({ url: '/items/1', headers })).statusCode).toBe(200);
  });
});

it('a service that is to ask everybody does not look who it is', async () => {
  const { app, port } = await listening('127.0.0.1', { CC_EXECUTOR_ASK_FOR_KEY: 'true' });
  const url = `http://127.0.0.1:${String(port)}/items/1`;
  const answer = await fetch(url);
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('access-key') });
  expect((await fetch(url, { headers: { Authorization: `Bearer ${KEY}` } })).status).toBe(200);
  await app.close();
});

it('a service that is open by its setting asks nobody', async () => {
  const { app } = await listening('127.0.0.1', { CC_EXECUTOR_KEYLESS: 'true' }, null);
  expect((await app.inject('/items/1')).statusCode).toBe(200);
  await app.close();
});
