import { INSTALLATION_ROOT } from '@cc-executor/service-kit';
import { compileCacheEnv } from '@cc-executor/service-kit/compile-cache';
import { freePort, startRedis, waitFor, type TestRedis } from '@cc-executor/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let redis: TestRedis;
let under: StackUnderTest;
let proxy: Proxy;
beforeAll(async () => {
  redis = await startRedis();
  under = await startStackUnderTest({ REDIS_URL: redis.url });
  proxy = new Proxy(redis.url.slice('unix://'.length), join(under.folder, 'proxy.sock'));
  await proxy.listening;
});
afterAll(async () => {
  for (const api of started) api.kill('SIGKILL');
  proxy.close();
  await under.stop();
  await redis.stop();
});

type Place = 'before it reaches Redis' | 'after Redis has done it';

/** Stands between an API and Redis, and strikes at one of the things that the API asks of it. */
class Proxy {
  readonly url: string;
  readonly listening: Promise<unknown>;
  readonly #server: Server;
  #left = Infinity;
  #place: Place = 'before it reaches Redis';
  #strike: () => void = () => undefined;

  constructor(redisSocket: string, path: string) {
    this.url = `unix://${path}`;
    this.#server = createServer((client) => {
      const server = createConnection(redisSocket);
      let isMute = false;
      client.on('data', (chunk: Buffer) => {
        this.#left -= 1;
        if (this.#left === 0 && this.#place === 'before it reaches Redis') return this.#strike();
        if (this.#left === 0) isMute = true;
        server.write(chunk);
      });
      server.on('data', (chunk: Buffer) => (isMute ? this.#strike() : client.write(chunk)));
      for (const [one, other] of [[client, server] as const, [server, client] as const])
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }).listen(path);
    this.listening = once(this.#server, 'listening');
  }

  /** Strikes at the `n`th thing that is asked from now on. */
  arm(n: number, place: Place, strike: () => void): void {
    [this.#left, this.#place, this.#strike] = [n, place, strike];
  }

  close(): void {
    this.#server.close();
  }
}

const started: ChildProcess[] = [];

/** An API of its own, which reaches Redis through the proxy. */
async function startApi(port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(INSTALLATION_ROOT, 'services/api/src/main.ts')], {
    stdio: 'ignore',
    env: {
      ...compileCacheEnv(),
      PATH: process.env['PATH'],
      HOME: under.folder,
      REDIS_URL: proxy.url,
      CC_EXECUTOR_DATA_DIR: join(under.folder, 'data'),
      CC_EXECUTOR_API_PORT: String(port),
    },
  });
  started.push(child);
  const isUp = async () => (await fetch(`http://127.0.0.1:${String(port)}/health`).catch(() => null))?.ok;
  await waitFor(isUp, { what: 'the API to answer' });
  return child;
}

/**
 * A submission asks Redis for itself, and then three times for the carrying of its wake-up to the queue; an API that has
 * nothing to do asks once a second, so that every step comes.
 */
const STEPS = 6;

describe('an API that is killed in the middle of a submission', () => {
  const places: [string, Place][] = [
    ['early', 'before it reaches Redis'],
    ['late', 'after Redis has done it'],
  ];

  // Proves: acknowledged-is-durable
  it.each(places)('%s, at any of its steps, has done all of it or nothing', async (name, place) => {
    const port = await freePort();
    for (let step = 1; step <= STEPS; step++) {
      const api = await startApi(port);
      const ended = once(api, 'exit');
      proxy.arm(step, place, () => api.kill('SIGKILL'));
      const key = `${name}-${String(step)}`;
      const body = JSON.stringify({ tasks: [{ command: 'echo ran >> effects' }], execution_id: key });
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      const submit = async (url: string) =>
        await fetch(`${url}/execute`, { method: 'POST', headers, body }).catch(() => null);
      const answer = await submit(`http://127.0.0.1:${String(port)}`);
      await ended;
      proxy.arm(Infinity, place, () => undefined);
      expect([undefined, 202]).toContain(answer?.status);
      const again = await submit(under.stack.apiUrl);
      expect([again?.status, await again?.text()]).toEqual([202, expect.stringContaining(key)]);
      expect(await under.ended(key)).toMatchObject({ status: 'completed' });
      expect(await readFile(join(under.workspace(key), 'effects'), 'utf8')).toBe('ran\n');
      expect((await under.events(key)).filter(({ type }) => type === 'execution.queued')).toHaveLength(1);
    }
  });
});
