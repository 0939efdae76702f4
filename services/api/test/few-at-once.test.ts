import Fastify, { type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { fewAtOnce } from '../src/snapshots/few-at-once.ts';

let app: FastifyInstance | undefined;
afterEach(async () => app?.close());

/** Starts a server with one route that answers when it is told to, and counts what runs. */
async function start(most: number, idleMs?: number) {
  const running: (() => void)[] = [];
  app = Fastify({ forceCloseConnections: true });
  const mostAtOnce = fewAtOnce(most, idleMs);
  app.get('/', { ...mostAtOnce }, async () => {
    await new Promise<void>((resolve) => running.push(resolve));
    return 'done';
  });
  app.get('/now', async () => 'now');
  // Begins an answer, and says nothing more.
  app.get('/idle', (_request, reply) => {
    reply.raw.setTimeout(idleMs ?? 0, () => reply.raw.destroy());
    return reply.send(new Readable({ read: () => undefined }));
  });
  app.get('/endless', { ...mostAtOnce }, (_request, reply) => {
    const chunk = Buffer.alloc(1 << 16);
    return reply.send(
      new Readable({
        read() {
          this.push(chunk);
        },
      }),
    );
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}/`;
  return { running, url, port };
}

it('answers all requests, a few at a time', async () => {
  const { running, url } = await start(3);
  const answers = Array.from({ length: 10 }, async () => (await fetch(url)).text());
  let answered = 0;
  while (answered < 10) {
    await expect.poll(() => running.length).toBe(Math.min(3, 10 - answered));
    running.shift()?.();
    answered += 1;
  }
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 10 }, () => 'done'));
});

it('keeps the place of a client that is gone until what it began has ended', async () => {
  const { running, url, port } = await start(1);
  const gone = connect(port, '127.0.0.1');
  gone.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await expect.poll(() => running.length).toBe(1);
  const next = fetch(url);
  const closed = once(gone, 'close');
  gone.destroy();
  await closed;
  // The one that is gone does not let another in: an answer that takes a place later shows that it has been noticed.
  await (await fetch(new URL('/now', url))).text();
  expect(running.length).toBe(1);
  running[0]?.();
  await expect.poll(() => running.length).toBe(2);
  running[1]?.();
  expect(await (await next).text()).toBe('done');
});

it('cuts off a client that does not read its answer', async () => {
  const { running, url, port } = await start(1, 200);
  const idle = connect(port, '127.0.0.1');
  idle.pause();
  idle.on('error', () => undefined);
  await once(idle, 'connect');
  idle.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const next = fetch(url);
  await expect.poll(() => running.length, { timeout: 20_000 }).toBe(1);
  running[0]?.();
  expect(await (await next).text()).toBe('done');
  idle.destroy();
});

it('cuts off no client whose answer takes long to be made', async () => {
  const { running, url } = await start(1, 50);
  const answer = fetch(url);
  await expect.poll(() => running.length).toBe(1);
  // An idle connection of the same age is gone: the time of this one is over too.
  const idle = await fetch(new URL('/idle', url))
    .then(async (response) => await response.text())
    .catch(() => 'cut off');
  expect(idle).toBe('cut off');
  running[0]?.();
  expect(await (await answer).text()).toBe('done');
});
