import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ModelServers, type ModelServersOptions } from '../src/machine/model-servers.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A server that answers with this status, and what it was asked. */
async function answering(status: number, headers: Record<string, string> = {}) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(status, headers).end('<html>'.repeat(1000));
  });
  closers.push(() => server.closeAllConnections());
  return { port: await listening(server), asked };
}

/** A server that takes connections, and does this with them. */
async function socketServer(onConnection: (bytes: (text: string) => void) => void): Promise<number> {
  const server = createSocketServer((socket) => {
    closers.push(() => socket.destroy());
    socket.on('error', () => undefined);
    onConnection((text) => socket.write(text));
  });
  return await listening(server);
}

async function lookAt(address: string, options: Partial<ModelServersOptions> = {}) {
  const servers = new ModelServers({ env: {}, ...options });
  closers.push(() => servers.close());
  await vi.waitFor(() => expect(servers.look(address)).not.toBeNull(), { timeout: 60_000, interval: 10 });
  return { servers, check: servers.look(address) };
}

describe('the server of a model', () => {
  it.each([200, 401, 404, 302, 500])('answers, whatever it answers: %d', async (status) => {
    const { port, asked } = await answering(status, { location: 'http://127.0.0.1:1/' });
    const { check } = await lookAt(`http://127.0.0.1:${String(port)}/v1`);
    expect(check).toMatchObject({
      origin: `http://127.0.0.1:${String(port)}`,
      status: 'answers',
      message: expect.stringContaining(`HTTP ${String(status)}`) as string,
    });
    expect(asked.map(({ method, url }) => `${method ?? ''} ${url ?? ''}`)).toEqual(['GET /v1']);
  });

  it('is asked without a credential, and reported without one', async () => {
    const { port, asked } = await answering(200);
    const secret = 'sk-made-up-in-an-address';
    const { check } = await lookAt(`http://user:${secret}@127.0.0.1:${String(port)}/v1`, {
      env: { ANTHROPIC_API_KEY: secret, OPENAI_API_KEY: secret },
    });
    expect(check?.status).toBe('answers');
    expect(JSON.stringify([check, asked[0]?.rawHeaders])).not.toContain(secret);
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  it.each([502, 503, 504, 407])('fails, where what is before it cannot reach it: %d', async (status) => {
    const { port } = await answering(status);
    expect((await lookAt(`http://127.0.0.1:${String(port)}`)).check?.status).toBe('fails');
  });

  it.each([
    ['nobody listens', async () => await Promise.resolve('http://127.0.0.1:1'), 'ECONNREFUSED'],
    [
      'it never answers',
      async () => `http://127.0.0.1:${String(await socketServer(() => undefined))}`,
      'no answer within 0.3 s',
    ],
    [
      'it speaks another protocol',
      async () => `http://127.0.0.1:${String(await socketServer((write) => write('SSH-2.0-x\r\n')))}`,
      'Parse Error',
    ],
    [
      'it has no TLS',
      async () => `https://127.0.0.1:${String((await answering(200)).port)}`,
      'It cannot be reached',
    ],
    ['its address is not one', async () => await Promise.resolve('model.local'), 'not an HTTP URL'],
  ])('is unreachable if %s', async (why, address, message) => {
    const patienceMs = why === 'it never answers' ? 300 : 60_000;
    const { check } = await lookAt(await address(), { patienceMs });
    expect(check).toMatchObject({
      status: 'unreachable',
      message: expect.stringContaining(message) as string,
    });
  });

  it('is asked by way of the proxy', async () => {
    const { port, asked } = await answering(403);
    const { check } = await lookAt('http://model.invalid/v1', {
      env: { HTTP_PROXY: `http://127.0.0.1:${String(port)}` },
    });
    expect(check).toMatchObject({ origin: 'http://model.invalid', status: 'answers' });
    expect(asked[0]?.url).toBe('http://model.invalid/v1');
  });

  it('is asked again when the check is no longer fresh, and only then', async () => {
    const { port, asked } = await answering(200);
    const address = `http://127.0.0.1:${String(port)}`;
    const { servers } = await lookAt(address);
    for (let time = 0; time < 20; time += 1) servers.look(address);
    expect(asked).toHaveLength(1);
    await lookAt(address, { freshMs: 0 }).then(async ({ servers: often }) => {
      await vi.waitFor(() => {
        often.look(address);
        expect(asked.length).toBeGreaterThan(3);
      }, 60_000);
    });
  });
});
