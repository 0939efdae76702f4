import { hostPattern } from '@cc-executor/contracts';
import { PROXY_SOCKET, wayFolder } from '@cc-executor/sandbox/protocol';
import { createLogger } from '@cc-executor/service-kit';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Hosts } from '../src/hosts/hosts.ts';
import { Ways } from '../src/ways/ways.ts';

const ID = '0123456789abcdef';
const BYTES = 50_000;
/** Two of them are carried. */
const ANSWER_BYTES = 20_000;
let folder: string;
let server: Server;
let name: string;
let ways: Ways;

beforeEach(async () => {
  carried = 0;
  received = 0;
  folder = await mkdtemp(join(tmpdir(), 'cc-ways-'));
  server = createServer((asked, response) => {
    received += String(asked.headers['x-data'] ?? '').length;
    response.end(asked.url === '/' ? Buffer.alloc(ANSWER_BYTES) : '');
  }).listen(0);
  await once(server, 'listening');
  name = `localhost:${String((server.address() as AddressInfo).port)}`;
  const allowed = [hostPattern(name) ?? { name: '', port: null }];
  ways = new Ways({
    socket: join(folder, 'egress.sock'),
    hosts: new Hosts({ allowed, private: [name] }),
    bytes: BYTES,
    logger: createLogger({ name: 'egress', level: 'silent' }),
  });
});

afterEach(async () => {
  await ways.close();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

let carried = 0;
/** The length of headers that came to the server. */
let received = 0;
const news = {
  blocked: () => undefined,
  carried: (bytes: number) => {
    carried = bytes;
  },
};
const open = async () => await ways.open({ way: ID, hosts: [name], carried }, news);

/** Undefined: the answer was cut. */
async function statusOfGet(path = '/', headers = {}): Promise<number | undefined> {
  const socketPath = join(wayFolder(join(folder, 'egress.sock'), ID), PROXY_SOCKET);
  const sent = request({ socketPath, path: `http://${name}${path}`, headers });
  sent.end();
  const [answer] = (await once(sent, 'response').catch(() => [])) as [IncomingMessage?];
  if (!answer) return undefined;
  await text(answer).catch(() => '');
  return answer.statusCode;
}

test('a way that could not be opened can be asked for again', async () => {
  const inItsPlace = join(folder, 'ways');
  await writeFile(inItsPlace, '');
  await expect(open()).rejects.toThrow(/ENOTDIR|EEXIST/);
  await rm(inItsPlace);
  const way = await open();
  expect(await statusOfGet()).toBe(200);
  await way.close();
});

test('a way that is opened again after its connection was lost may carry only what was left', async () => {
  const first = await open();
  for (const status of [200, 200, undefined, 403]) expect(await statusOfGet()).toBe(status);
  await first.stop();
  await open();
  expect(await statusOfGet()).toBe(403);
});

test('headers and addresses count as what a way carries', async () => {
  await open();
  const statuses: (number | undefined)[] = [];
  for (let turn = 0; turn < 10; turn += 1)
    statuses.push(await statusOfGet('/small', { 'x-data': 'a'.repeat(12_000) }));
  expect(statuses.slice(0, 4)).toEqual([200, 200, 200, 200]);
  expect(new Set(statuses.slice(4))).toEqual(new Set([403]));
  expect(received).toBeLessThanOrEqual(BYTES);
});
