import { Way } from '@cc-executor/sandbox';
import { PROXY_SOCKET, wayFolder } from '@cc-executor/sandbox/protocol';
import { waitFor } from '@cc-executor/testkit';
import { once } from 'node:events';
import { access, readdir } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeafServer } from './deaf-server.ts';
import { TestEgress } from './egress-process.ts';

// The service as it runs, with servers of this machine: those that CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS names.

const MIB = 1024 * 1024;
let server: Server;
let port: number;
let deaf: DeafServer;
let egress: TestEgress;
const heard: { url: string; host: string; bytes: number }[] = [];

beforeAll(async () => {
  server = createServer((incoming, response) => {
    const answer = async () => {
      const bytes = (await buffer(incoming)).length;
      heard.push({ url: incoming.url ?? '', host: incoming.headers.host ?? '', bytes });
      response.end(incoming.url === '/large' ? Buffer.alloc(8 * MIB) : 'heard');
    };
    answer().catch(() => response.destroy());
  });
  server.listen(0);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  deaf = await DeafServer.start();
  egress = await TestEgress.start({
    CC_EXECUTOR_SANDBOX_HOSTS: `localhost:${String(port)}, *.localhost:${String(port)}, *, *:${String(port)}, *:${String(deaf.port)}`,
    CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS: `localhost:${String(port)}, localhost:${String(deaf.port)}`,
    CC_EXECUTOR_SANDBOX_TRAFFIC: String(4 * MIB),
  });
});

afterAll(async () => {
  await egress.remove();
  await deaf.stop();
  server.closeAllConnections();
  server.close();
});

async function open(hosts: readonly string[]) {
  const blocked: string[] = [];
  const way = await Way.open({ socket: egress.socket, hosts, onBlocked: (why) => blocked.push(why) });
  return { way, blocked, socketPath: join(wayFolder(egress.socket, way.id), PROXY_SOCKET) };
}

/** Asks for a tunnel; returns it, or the answer that refused it. */
async function tunnel(socketPath: string, path: string): Promise<Socket | { status: number; text: string }> {
  const sent = request({ socketPath, method: 'CONNECT', path });
  sent.end();
  const [answer, socket, head] = (await Promise.race([once(sent, 'connect'), once(sent, 'response')])) as [
    IncomingMessage,
    Socket,
    Buffer,
  ];
  return answer.statusCode === 200
    ? socket
    : { status: answer.statusCode ?? 0, text: head.toString() + (await text(socket)) };
}

async function connectionsOf(one: Server): Promise<number> {
  return await new Promise((resolve) => one.getConnections((_, count) => resolve(count)));
}

async function through(socket: Socket, path: string, body = ''): Promise<string> {
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`,
  );
  return await text(socket);
}

async function plain(socketPath: string, path: string, headers: Record<string, string> = {}) {
  const sent = request({ socketPath, path, headers });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, text: await text(answer) };
}

// Proves: only-named-hosts
describe('a way', () => {
  test('carries a tunnel and a plain request to a named host, every byte of them', async () => {
    const { way, blocked, socketPath } = await open([`localhost:${String(port)}`]);
    const socket = await tunnel(socketPath, `localhost:${String(port)}`);
    if ('status' in socket) throw new Error(socket.text);
    expect(await through(socket, '/tunnel', 'x'.repeat(1_000_000))).toMatch(/200 OK[^]*heard$/);
    const headers = { host: 'another.example', 'proxy-authorization': 'Basic eDp5' };
    expect(await plain(socketPath, `http://localhost:${String(port)}/plain?a=b`, headers)).toEqual({
      status: 200,
      text: 'heard',
    });
    expect(heard.splice(0)).toEqual([
      { url: '/tunnel', host: 'x', bytes: 1_000_000 },
      { url: '/plain?a=b', host: `localhost:${String(port)}`, bytes: 0 },
    ]);
    await way.close();
    expect(blocked).toEqual([]);
    await expect(access(dirname(socketPath))).rejects.toThrow('ENOENT');
  });

  test('resolves names on many threads', async () => {
    const { way, socketPath } = await open([`localhost:${String(port)}`]);
    expect((await plain(socketPath, `http://localhost:${String(port)}/`)).status).toBe(200);
    await way.close();
    expect((await readdir(`/proc/${String(egress.pid)}/task`)).length).toBeGreaterThan(100);
  });

  test('has as many connections at a time as the guide promises, and is there again after them', async () => {
    const { way, blocked, socketPath } = await open([`localhost:${String(port)}`]);
    const sockets = Array.from({ length: 300 }, () => connect(socketPath).on('error', () => undefined));
    await Promise.all(sockets.map(async (socket) => await once(socket, 'connect')));
    await waitFor(() => sockets.filter((socket) => socket.resume().closed).length >= 300 - 256, {
      seconds: 60,
    });
    expect(sockets.filter((socket) => !socket.closed)).toHaveLength(256);
    const ended = sockets
      .filter((socket) => !socket.closed)
      .map(async (socket) => await once(socket, 'close'));
    for (const socket of sockets) socket.destroy();
    await Promise.all(ended);
    const works = async () =>
      (await plain(socketPath, `http://localhost:${String(port)}/`).catch(() => null))?.status === 200;
    await waitFor(works, { seconds: 60 });
    await way.close();
    expect(blocked).toEqual(['The task has 256 connections, and may have no more at a time.']);
  });

  test('gives up on a host that accepts no connection', async () => {
    const { way, socketPath } = await open([`localhost:${String(deaf.port)}`]);
    const answer = { status: 502, text: 'localhost does not answer.\n' };
    expect(
      await Promise.all([
        plain(socketPath, `http://localhost:${String(deaf.port)}/`),
        tunnel(socketPath, `localhost:${String(deaf.port)}`),
      ]),
    ).toEqual([answer, answer]);
    await way.close();
  }, 60_000);

  test('keeps no connection for a request that cannot be passed on', async () => {
    const { way, socketPath } = await open([`localhost:${String(port)}`]);
    const before = heard.length;
    for (const path of ['/a\tb', '/\f', '/ HTTP/1.1 x']) {
      const socket = connect(socketPath);
      socket.write(`GET http://localhost:${String(port)}${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 (400|502) /);
    }
    await waitFor(async () => (await connectionsOf(server)) === 0, { seconds: 60 });
    expect(heard.length).toBe(before);
    await way.close();
  });

  test('refuses what is not named, in words, and reports it once', async () => {
    const { way, blocked, socketPath } = await open(['example.com']);
    const why = 'The task may not reach localhost:22: "network" of its list does not name it.';
    for (const _ of [1, 2])
      expect(await tunnel(socketPath, 'localhost:22')).toEqual({ status: 403, text: `${why}\n` });
    expect(await plain(socketPath, 'http://localhost:22/')).toEqual({ status: 403, text: `${why}\n` });
    expect(await tunnel(socketPath, 'example.com:8443')).toMatchObject({ status: 403 });
    expect(await tunnel(socketPath, 'nonsense')).toMatchObject({ status: 502 });
    await way.close();
    expect(blocked).toEqual([why, expect.stringContaining('example.com:8443')]);
  });

  test('leads to no address of this machine, of a private network or of the link', async () => {
    const { way, blocked, socketPath } = await open(['*', `*:${String(port)}`]);
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const addresses = own.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
    const names =
      `127.0.0.1 127.1 0x7f.1 0177.0.0.1 2130706433 0.0.0.0 0 [::1] [::] [::ffff:127.0.0.1] [::7f00:1]
      127.0.0.1. 127.0.0.2 10.0.0.1 172.17.0.1 192.168.0.1 169.254.169.254 100.100.100.200 [fd00:ec2::254] [fe80::1]
      [64:ff9b::7f00:1] ip6-localhost localhost.`
        .split(/\s+/)
        .concat(addresses.filter((address) => !address.includes('%')));
    const before = heard.length;
    for (const name of names) {
      // By its own name localhost was allowed; with the dot it is the same.
      if (name === 'localhost.') continue;
      const target = `${name}:${String(port)}`;
      const answer = await tunnel(socketPath, target);
      expect(['status' in answer && answer.status, target]).toEqual([expect.toBeOneOf([403, 502]), target]);
      expect([400, 403, 502]).toContain((await plain(socketPath, `http://${target}/`)).status);
    }
    expect(heard.length).toBe(before);
    await way.close();
    expect(blocked.length).toBeGreaterThan(10);
  });

  test('ends what carries more than it may, and names the setting', async () => {
    const { way, blocked, socketPath } = await open([`localhost:${String(port)}`]);
    const socket = await tunnel(socketPath, `localhost:${String(port)}`);
    if ('status' in socket) throw new Error(socket.text);
    const got = await through(socket, '/large').catch(() => '');
    expect(got.length).toBeLessThan(4 * MIB);
    expect(await tunnel(socketPath, `localhost:${String(port)}`)).toMatchObject({ status: 403 });
    await way.close();
    expect(blocked).toEqual([expect.stringContaining('CC_EXECUTOR_SANDBOX_TRAFFIC')]);
  });

  test('that has carried all that it may carries no more after egress was killed', async () => {
    const { way, blocked, socketPath } = await open([`localhost:${String(port)}`]);
    const socket = await tunnel(socketPath, `localhost:${String(port)}`);
    if ('status' in socket) throw new Error(socket.text);
    await through(socket, '/large').catch(() => '');
    await waitFor(() => blocked.length > 0, { seconds: 60 });
    await egress.stop('SIGKILL');
    await egress.start();
    const asked = async () => await tunnel(socketPath, `localhost:${String(port)}`).catch(() => null);
    expect(await waitFor(asked, { seconds: 60 })).toMatchObject({ status: 403 });
    await way.close();
  });

  test('ends with its claim, with all that it carries', async () => {
    const { way, socketPath } = await open([`localhost:${String(port)}`]);
    const socket = await tunnel(socketPath, `localhost:${String(port)}`);
    if ('status' in socket) throw new Error(socket.text);
    socket.on('error', () => undefined);
    const closed = once(socket.resume(), 'close');
    await way.close();
    await closed;
    await expect(plain(socketPath, 'http://localhost/')).rejects.toThrow('ENOENT');
  });

  test('is there again when egress was killed and comes back', async () => {
    const { way, socketPath } = await open([`localhost:${String(port)}`]);
    const works = async () =>
      (await plain(socketPath, `http://localhost:${String(port)}/`).catch(() => null))?.status === 200;
    expect(await works()).toBe(true);
    await egress.stop('SIGKILL');
    expect(await works()).toBe(false);
    await egress.start();
    await waitFor(works, { seconds: 60 });
    await egress.stop();
    await egress.start();
    await waitFor(works, { seconds: 60 });
    await way.close();
    expect(await readdir(join(dirname(egress.socket), 'ways'))).toEqual([]);
  });
});

// Proves: only-named-hosts
test('where a proxy leads to the hosts, it is asked for those that are named, and for no address that is not public', async () => {
  const asked: { path: string; authorization: string }[] = [];
  const proxy = createServer();
  proxy.on('connect', ({ url = '', headers }, socket) => {
    asked.push({ path: url, authorization: headers['proxy-authorization'] ?? '' });
    if (url.startsWith('closed.')) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const outside = connect(port, '127.0.0.1');
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.pipe(outside).pipe(socket);
    for (const one of [socket, outside]) one.on('error', () => one.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const own = await TestEgress.start({
    CC_EXECUTOR_SANDBOX_HOSTS: `*, *:${String(port)}`,
    CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS: `localhost:${String(port)}`,
    CC_EXECUTOR_SANDBOX_PROXY: `http://user:p%40ss@127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
  });
  const blocked: string[] = [];
  const hosts = ['*', `*:${String(port)}`];
  const way = await Way.open({ socket: own.socket, hosts, onBlocked: (why) => blocked.push(why) });
  const socketPath = join(wayFolder(own.socket, way.id), PROXY_SOCKET);
  heard.splice(0);
  const socket = await tunnel(socketPath, 'one.invalid:443');
  if ('status' in socket) throw new Error(socket.text);
  expect(await through(socket, '/by-proxy', 'x'.repeat(1_000_000))).toMatch(/200 OK[^]*heard$/);
  expect(await plain(socketPath, 'http://two.invalid/plain')).toEqual({ status: 200, text: 'heard' });
  expect(await plain(socketPath, `http://localhost:${String(port)}/direct`)).toMatchObject({ status: 200 });
  expect(await tunnel(socketPath, 'closed.invalid:443')).toMatchObject({ status: 502 });
  const refused = ['10.0.0.1:443', '169.254.169.254:80', '[::1]:443', 'localhost:443', 'intranet:443'];
  for (const target of refused)
    expect([403, 502]).toContain(((await tunnel(socketPath, target)) as { status: number }).status);
  expect(heard.map(({ url }) => url)).toEqual(['/by-proxy', '/plain', '/direct']);
  expect(asked.map(({ path }) => path)).toEqual(['one.invalid:443', 'two.invalid:80', 'closed.invalid:443']);
  expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
  expect(blocked.length).toBeGreaterThanOrEqual(4);
  await way.close();
  await own.remove();
  proxy.closeAllConnections();
  proxy.close();
});

test('a way is refused for a host that the server does not allow', async () => {
  await expect(open(['example.com:8443'])).rejects.toThrow('CC_EXECUTOR_SANDBOX_HOSTS');
});
