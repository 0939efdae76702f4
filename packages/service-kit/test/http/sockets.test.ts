import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '../../src/http/index.ts';
import { probeApp } from './app.ts';

const { app } = probeApp();
let address = '';
let port = 0;

beforeAll(async () => {
  ({ address, port } = await listen(app, { host: '127.0.0.1', port: 0, setting: 'CC_EXECUTOR_API_PORT' }));
});
afterAll(() => app.close());

/** What the server answers to raw bytes, until it closes. */
function send(bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

test.each([
  ['no HTTP at all', 'hello\r\n\r\n'],
  ['an unknown method', 'BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['headers of 20 kB', `GET / HTTP/1.1\r\nHost: localhost\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`],
  ['no Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na'],
])('%s is answered with a 400 problem', async (_what, bytes) => {
  const answer = await send(bytes);
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(answer).toContain('"code":"BAD_HTTP"');
});

test('a client that sends 11 MiB can read why they are refused', async () => {
  const body = 'a'.repeat(11 * 1024 * 1024);
  for (let time = 0; time < 5; time += 1) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${address}/items`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  }
});

test('a port in use is reported in a sentence with the setting to change', async () => {
  const second = probeApp().app;
  const attempt = listen(second, { host: '127.0.0.1', port, setting: 'CC_EXECUTOR_WS_PORT' });
  await expect(attempt).rejects.toThrow(
    /^port \d+ of 127\.0\.0\.1 is in use: .* set CC_EXECUTOR_WS_PORT to another/,
  );
  await second.close();
});

test('an app that closes finishes what runs, and refuses what comes after', async () => {
  const closing = probeApp().app;
  const [entered, held, stopping, second] = [newGate(), newGate(), newGate(), newGate()];
  closing.get('/held', async () => {
    entered.resolve();
    await held.promise;
    return 'held';
  });
  closing.addHook('preClose', async () => stopping.resolve());
  const own = await listen(closing, { host: '127.0.0.1', port: 0, setting: 'CC_EXECUTOR_API_PORT' });
  const socket = connect(own.port, '127.0.0.1');
  const answers = text(socket);
  socket.write(get('/held'));
  await entered.promise;
  const closed = closing.close();
  await stopping.promise;
  closing.server.once('request', () => second.resolve());
  socket.write(get('/health'));
  await second.promise;
  held.resolve();
  expect(await answers).toMatch(/^HTTP\/1\.1 200 OK[^]*heldHTTP\/1\.1 503[^]*"code":"NOT_READY"/);
  await closed;
});

function newGate() {
  return Promise.withResolvers<void>();
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
