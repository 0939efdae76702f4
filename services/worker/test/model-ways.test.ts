import { INSIDE, modelFolder } from '@cc-executor/sandbox/protocol';
import { ModelServer } from '@cc-executor/service-kit/model-relay';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ModelWays, type ModelWay } from '../src/wiring/model-ways.ts';

const api = createServer((asked, response) => {
  void text(asked).then((body) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('begun');
    if (body !== 'stay') response.end();
  });
});
let folder: string;
let ways: ModelWays;
/** A folder in which the path of a socket has more than the 107 bytes that Linux takes. */
const socketOfLauncher = () => join(folder, 'l'.repeat(100), 'launcher.sock');
/** A short path to the same folders. */
const nearby = () => join(folder, 'l', 'launcher.sock');
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-ways-'));
  await mkdir(dirname(socketOfLauncher()));
  await symlink(dirname(socketOfLauncher()), dirname(nearby()));
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  const url = `http://127.0.0.1:${String((api.address() as AddressInfo).port)}`;
  ways = new ModelWays(
    new ModelServer({ url, headers: { 'x-api-key': 'the-real-one' }, paths: new Set(['/v1/messages']) }),
    socketOfLauncher(),
  );
});
afterAll(async () => {
  await ways.close();
  api.closeAllConnections();
  api.close();
  await rm(folder, { recursive: true, force: true });
});

const placeOf = (attempt: number) => ({ executionId: 'x', task: 1, attempt });
/** The path of a socket outside of the container. */
const outside = (attempt: number, { socket }: ModelWay) =>
  join(modelFolder(nearby(), placeOf(attempt)), basename(socket));

async function ask(socketPath: string, token: string, body: string): Promise<IncomingMessage> {
  const headers = { 'x-api-key': token };
  const asking = request({ socketPath, path: '/v1/messages', method: 'POST', agent: false, headers });
  asking.end(body);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return answer.on('error', () => undefined);
}

it('an attempt that takes all connections of its way takes none of another', async () => {
  const [one, other] = [await ways.open(placeOf(1), {}), await ways.open(placeOf(2), {})];
  const [mine, theirs] = [outside(1, one), outside(2, other)];
  expect(one.socket.startsWith(`${INSIDE.model}/`)).toBe(true);
  const idle: Socket[] = [];
  for (let i = 0; i < 600; i += 1) {
    const taken = connect(mine).on('error', () => undefined);
    idle.push(taken);
    await once(taken, 'connect');
  }
  for (let i = 0; i < 32; i += 1) await ask(mine, one.token, 'stay');
  expect((await ask(mine, one.token, '{}')).statusCode).toBe(429);
  expect((await ask(theirs, other.token, '{}')).statusCode).toBe(200);
  // The socket is the attempt's: what another one was let through with is worth nothing there.
  expect((await ask(theirs, one.token, '{}')).statusCode).toBe(401);
  // What it was refused here, the model's server has not answered.
  expect(one.seen.failed).toEqual([]);
  for (const taken of idle) taken.destroy();
  await one.close();
  expect(await readdir(modelFolder(socketOfLauncher(), placeOf(1)))).toEqual([]);
  expect((await ask(theirs, other.token, '{}')).statusCode).toBe(200);
  await other.close();
});
