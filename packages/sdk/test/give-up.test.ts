import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CcExecutor, type Execution } from '../src/index.ts';

const SECONDS = 1;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server that answers as `answer` says; and a client of it that gives up after a second. */
async function startServer(answer: (response: ServerResponse, path: string) => unknown) {
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    answer(response, request.url ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { url, client: new CcExecutor({ url, giveUpAfter: SECONDS }) };
}
const json = (value: unknown) => JSON.stringify(value);
const running = json({ status: 'running', head: 0, epoch: 'a' });
const stream = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 2000\n\n');
};
const event = (seq: number, type = 'task.output') => `data: ${json({ seq, type, epoch: 'a', data: {} })}\n\n`;
const unreachable = { name: 'CcLocalError', code: 'UNREACHABLE' };

describe('a client gives up a server that', () => {
  it('takes connections and never answers', async () => {
    const { client } = await startServer(() => undefined);
    await expect(client.attach('x').status()).rejects.toMatchObject(unreachable);
    await expect(client.list()).rejects.toMatchObject(unreachable);
    const execution = client.attach('x');
    await expect(execution.result()).rejects.toMatchObject(unreachable);
    await expect(Array.fromAsync(execution.events())).rejects.toMatchObject(unreachable);
  });

  it('begins an answer and stalls, whatever was asked', async () => {
    const { client } = await startServer((response) => response.write('{"status": '));
    const execution = client.attach('x');
    for (const call of [
      () => execution.status(),
      () => execution.results(),
      () => execution.report(),
      () => execution.result(),
      async () => await (await execution.output(1)).text(),
      async () => await (await client.exportHistory()).text(),
      () => Array.fromAsync(client.history()),
      () => client.execute(['x']),
      () => client.health(),
    ])
      await expect(call()).rejects.toMatchObject(unreachable);
  });

  it('begins a refusal and stalls', async () => {
    const { client } = await startServer((response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' });
      response.write('{');
    });
    await expect(client.attach('x').status()).rejects.toMatchObject(unreachable);
  });

  it('sends round in circles', async () => {
    const { client } = await startServer((response, path) =>
      response.writeHead(307, { location: path }).end(),
    );
    await expect(client.attach('x').result()).rejects.toMatchObject(unreachable);
  });

  it('breaks its streams again and again without an event', async () => {
    let connections = 0;
    const { client } = await startServer((response, path) => {
      if (path.includes('/status')) return response.end(running);
      connections += 1;
      stream(response);
      return response.end();
    });
    await expect(client.attach('x').result()).rejects.toMatchObject(unreachable);
    expect(connections).toBeGreaterThan(1);
  });

  it('repeats an event that was given, or a reset, before each break', async () => {
    const { client } = await startServer((response, path) => {
      stream(response);
      response.end(path.includes('after=0') ? `event: reset\ndata: {"epoch":"a"}\n\n${event(1)}` : event(1));
    });
    await expect(Array.fromAsync(client.attach('x').events())).rejects.toMatchObject(unreachable);
  });

  it('opens a stream and says nothing', async () => {
    const { client } = await startServer((response) => stream(response));
    await expect(Array.fromAsync(client.attach('x').events())).rejects.toMatchObject(unreachable);
  });
});

describe('a client keeps on with a server that', () => {
  it('gives an event before each break, however long that continues', async () => {
    const last = 8;
    const { client } = await startServer((response, path) => {
      const seq = Number(new URLSearchParams(path.split('?')[1]).get('after')) + 1;
      stream(response);
      setTimeout(() => response.end(event(seq, seq === last ? 'execution.completed' : 'task.output')), 300);
    });
    const began = performance.now();
    expect(await Array.fromAsync(client.attach('x').events())).toHaveLength(last);
    expect(performance.now() - began).toBeGreaterThan(SECONDS * 1000);
  });

  it('sends a body slowly, and with a caller that reads it slowly', async () => {
    const pieces = 8;
    const { client } = await startServer(async (response) => {
      for (let i = 0; i < pieces; i++) {
        response.write('x');
        await delay(300);
      }
      response.end();
    });
    expect(await (await client.attach('x').output(1)).text()).toBe('x'.repeat(pieces));
    let text = '';
    for await (const piece of (await client.attach('x').output(1)).body ?? []) {
      text += new TextDecoder().decode(piece);
      if (text.length === 1) await delay(SECONDS * 2000);
    }
    expect(text).toBe('x'.repeat(pieces));
  });
});

it('an abort ends a call whose body stalls, with its own reason', async () => {
  const { url } = await startServer((response) => response.write('{'));
  const why = new Error('enough');
  const signal = AbortSignal.timeout(200);
  const aborted = new AbortController();
  signal.addEventListener('abort', () => aborted.abort(why));
  await expect(new CcExecutor({ url }).attach('x').status({ signal: aborted.signal })).rejects.toBe(why);
});

describe('a server that takes a minute for an answer', () => {
  afterEach(() => vi.useRealTimers());
  const asked = async (call: (execution: Execution) => Promise<unknown>) => {
    const waiting = Promise.withResolvers<ServerResponse>();
    const { url } = await startServer((response) => waiting.resolve(response));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = call(new CcExecutor({ url }).attach('x')).catch((error: unknown) => error);
    const response = await waiting.promise;
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    response.end('{}');
    return await answer;
  };

  it('is waited for where it reads or writes file by file', async () => {
    for (const call of [
      async (one: Execution) => await one.verification(),
      async (one: Execution) => await one.restore({ beforeTask: 1 }),
      async (one: Execution) => await one.changes(),
    ])
      expect(await asked(call)).toEqual({});
    expect(await asked(async (one) => await one.status())).toMatchObject({ code: 'UNREACHABLE' });
  });
});
