import { rounds } from '@cc-executor/testkit';
import { createServer as createHttpServer } from 'node:http';
import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { CcExecutor } from '../src/local.ts';

const CUTS = rounds({ short: 15, nightly: 100 });

/** A cable between a client and a server that can be pulled. */
async function startCable(port: number, { lostAnswers = 0 } = {}) {
  let toLose = lostAnswers;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.pipe(upstream);
    upstream.on('data', (answer: Buffer) => {
      toLose -= 1;
      if (toLose >= 0) client.destroy();
      else client.write(answer);
    });
    upstream.on('end', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    pull: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

it(`gives every event once although the connection breaks ${String(CUTS)} times`, async () => {
  const { PATH, HOME } = process.env;
  await using local = await CcExecutor.local({ env: { PATH, HOME, LOG_LEVEL: 'warn' } });
  const cable = await startCable(Number(new URL(local.url).port));
  const cc = new CcExecutor({ url: cable.url });
  const execution = await cc.execute([{ command: 'for i in $(seq 400); do echo $i; sleep 0.02; done' }]);
  const seqs: number[] = [];
  let cuts = 0;
  let output = '';
  for await (const event of execution) {
    if (event.type === 'gap' || event.type === 'reset') throw new Error('nothing was lost');
    seqs.push(event.seq);
    if (event.type !== 'task.output') continue;
    output += event.data.data;
    if (cuts >= CUTS) continue;
    cuts += 1;
    cable.pull();
  }
  expect(cuts).toBe(CUTS);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  expect(output.trim().split('\n').map(Number)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
  cable.pull();
  await cable.close();
});

it('a submission whose answer is lost is stored once', async () => {
  const { PATH, HOME } = process.env;
  await using local = await CcExecutor.local({ env: { PATH, HOME, LOG_LEVEL: 'warn' } });
  const cable = await startCable(Number(new URL(local.url).port), { lostAnswers: 2 });
  const execution = await new CcExecutor({ url: cable.url }).execute([{ command: 'echo once' }]);
  expect((await local.attach(execution.id).result()).status).toBe('completed');
  expect((await local.list()).executions).toHaveLength(1);
  cable.pull();
  await cable.close();
});

it('is not given up while the server is there, however long it has nothing to send', async () => {
  let connections = 0;
  const last = { type: 'execution.completed', seq: 1, epoch: 'a', data: {} };
  const server = createHttpServer((_, response) => {
    connections += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (connections === 4) {
      response.end(`data: ${JSON.stringify(last)}\n\n`);
      return;
    }
    // Longer than the client's patience.
    response.write(': keep-alive\n\n');
    setTimeout(() => response.end(': keep-alive\n\n'), 1200);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const events = new CcExecutor({ url }).attach('quiet').events({ giveUpAfter: 1 });
  expect(await Array.fromAsync(events, ({ type }) => type)).toEqual(['execution.completed']);
  expect(connections).toBe(4);
  await new Promise((resolve) => server.close(resolve));
});

it.each(['events', 'details'] as const)(
  'once its %s were seen, it waits for a server that restarts',
  async (seen) => {
    let isAway = false;
    const last = { type: 'execution.completed', seq: 1, epoch: 'a', data: {} };
    const server = createHttpServer((request, response) => {
      const path = request.url ?? '';
      if (isAway) {
        isAway = false;
        request.socket.destroy();
      } else if (path.includes('/events')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`data: ${JSON.stringify(last)}\n\n`);
      } else response.end(JSON.stringify({ status: 'completed', head: 1, epoch: 'a', results: [] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const execution = new CcExecutor({ url }).attach('x');
    if (seen === 'events') await Array.fromAsync(execution.events());
    else await execution.details();
    isAway = true;
    expect(await execution.result()).toMatchObject({ status: 'completed' });
    await new Promise((resolve) => server.close(resolve));
  },
);
