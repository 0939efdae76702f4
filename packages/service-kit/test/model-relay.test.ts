import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { waitFor } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelRelay, ModelServer, type Budget } from '../src/model-relay/index.ts';

interface Heard {
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const paths = new Set(['/v1/messages', '/v1/messages/count_tokens']);
const heard: Heard[] = [];
/** The model's API: it tells what it was sent, or keeps its answer open. */
const api = createServer((asked, response) => {
  const answer = (body: string) => {
    heard.push({ url: asked.url ?? '', headers: asked.headers, body });
    if (body.startsWith('page')) {
      response.writeHead(Number(body.slice('page'.length)), { 'content-type': 'text/html' }).end('<html>');
      return;
    }
    if (body.startsWith('limit')) {
      const limits = { 'anthropic-ratelimit-unified-status': 'rejected', 'retry-after': '9', 'x-other': 'a' };
      response.writeHead(429, limits).end(body);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-of-the-api': 'yes' });
    if (body.startsWith('echo')) {
      response.end(body.slice('echo'.length));
      return;
    }
    response.write('data: 1\n\n');
    if (body !== 'stay') response.end('data: 2\n\n');
  };
  // A client may leave before its end.
  text(asked).then(answer, () => response.destroy());
});
let server: ModelServer;
let relay: ModelRelay;
let base = '';
beforeAll(async () => {
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  base = `http://127.0.0.1:${String((api.address() as AddressInfo).port)}/gateway/`;
  server = new ModelServer({ url: base, headers: { 'x-api-key': 'the-real-one', 'x-team': 'a' }, paths });
  relay = await ModelRelay.open({ model: server });
});
afterAll(async () => {
  await relay.close();
  server.close();
  api.closeAllConnections();
  api.close();
});

const post = async (path: string, token: string, body = '{}', headers = {}) =>
  await fetch(`${relay.url ?? ''}${path}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}`, ...headers },
  });

describe('a relay to the model', () => {
  it('puts the credential in the place of the pass, and hands the answer on as it comes', async () => {
    const pass = relay.grant();
    const answer = await post('/v1/messages?beta=true', pass.token, '{"a":1}', {
      'anthropic-beta': 'b',
      'x-team': 'another',
      cookie: 'c=d',
    });
    expect([answer.status, answer.headers.get('x-of-the-api'), await answer.text()]).toEqual([
      200,
      'yes',
      'data: 1\n\ndata: 2\n\n',
    ]);
    const got = heard.at(-1);
    expect(got).toMatchObject({
      url: '/gateway/v1/messages?beta=true',
      body: '{"a":1}',
      headers: { 'x-api-key': 'the-real-one', 'x-team': 'a', 'anthropic-beta': 'b' },
    });
    expect(got?.headers).not.toHaveProperty('authorization');
    expect(got?.headers).not.toHaveProperty('cookie');
    expect(JSON.stringify(got)).not.toContain(pass.token);
    const byKey = await fetch(`${relay.url ?? ''}/v1/messages/count_tokens`, {
      method: 'POST',
      body: '{}',
      headers: { 'x-api-key': pass.token },
    });
    expect(byKey.status).toBe(200);
  });

  it('refuses what has no pass, what is not for the model, and what is too large; the API hears nothing', async () => {
    const { token } = relay.grant();
    const before = heard.length;
    for (const wrong of ['', 'x', 'the-real-one'])
      expect((await post('/v1/messages', wrong)).status).toBe(401);
    for (const path of [
      '/v1/models',
      '/v1/messages/',
      '/v1/messages/batches',
      '/V1/messages',
      '/v1/%6dessages',
      '//v1/messages',
      '/gateway/v1/messages',
    ])
      expect([path, (await post(path, token)).status]).toEqual([path, 403]);
    const get = await fetch(`${relay.url ?? ''}/v1/messages`, { headers: { 'x-api-key': token } });
    expect([get.status, await get.json()]).toMatchObject([403, { error: { type: 'permission_error' } }]);
    expect(await rawStatus('/v1/x/../messages', token)).toBe(403);
    expect(await rawStatus('http://elsewhere.example/v1/messages', token)).toBe(403);
    expect(await rawStatus('/v1/messages', token, { 'content-length': String(33 * 1024 * 1024) })).toBe(413);
    expect(heard).toHaveLength(before);
  });

  it('lets a pass spend its budget and no more, whatever form the answers have', async () => {
    const usage = (output_tokens: number) => ({ input_tokens: 10, output_tokens });
    const costOf = (model: string, { input_tokens, output_tokens }: ReturnType<typeof usage>) => ({
      usd: (input_tokens + output_tokens) / 100,
      isKnown: model === 'm',
    });
    const { token } = relay.grant({ budget: { usd: 0.5, costOf: costOf as Budget['costOf'] } });
    const events = [
      { type: 'message_start', message: { model: 'm', usage: usage(1) } },
      { type: 'message_delta', usage: { output_tokens: 10 } },
    ];
    const streamed = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    const spend = async (body: string) => {
      const answer = await post('/v1/messages', token, `echo${body}`, { 'accept-encoding': 'gzip' });
      return [answer.status, await answer.text()];
    };
    expect(await spend(streamed)).toEqual([200, streamed]);
    expect(heard.at(-1)?.headers['accept-encoding']).toBe('identity');
    const whole = JSON.stringify({ model: 'm', content: [], usage: usage(20) }, null, 1).replaceAll('\n', '');
    expect(await spend(whole)).toEqual([200, whole]);
    const [status, body] = await spend(whole);
    expect(status).toBe(400);
    expect(body).toContain('used up its budget of 0.5 US dollars');
    expect(body).not.toContain('is not known');
    const other = relay.grant({ budget: { usd: 0.1, costOf: costOf as Budget['costOf'] } });
    const unknown = whole.replace('"m"', '"new"');
    const asks = async () => await (await post('/v1/messages', other.token, `echo${unknown}`)).text();
    expect(await asks()).toBe(unknown);
    expect(JSON.parse(await asks())).toMatchObject({
      error: { message: expect.stringContaining('The price of the model "new" is not known here') },
    });
    expect((await post('/v1/messages', relay.grant().token)).status).toBe(200);
  });

  it('lets through as many requests as a pass has, and says so then', async () => {
    const { token } = relay.grant({ most: 2 });
    const before = heard.length;
    for (const _ of [1, 2]) expect((await post('/v1/messages', token)).status).toBe(200);
    // Each at once is counted when it comes, not when it has ended.
    const late = await Promise.all([1, 2, 3].map(async () => await post('/v1/messages', token)));
    expect(late.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(await late[0]?.json()).toMatchObject({
      error: {
        type: 'invalid_request_error',
        message: 'The attempt has made all 2 requests to the model that it may.',
      },
    });
    expect(heard).toHaveLength(before + 2);
    expect((await post('/v1/messages', relay.grant().token)).status).toBe(200);
  });

  it('ends the requests of a pass that is revoked, and takes no further one', async () => {
    const [pass, other] = [relay.grant(), relay.grant()];
    const open = await post('/v1/messages', pass.token, 'stay');
    const read = open.text();
    pass.revoke();
    await expect(read).rejects.toThrow('terminated');
    expect((await post('/v1/messages', pass.token)).status).toBe(401);
    expect((await post('/v1/messages', other.token)).status).toBe(200);
  });

  it('sees what the server of the model answers, and nothing that a client makes up', async () => {
    let answered = 0;
    const pass = relay.grant({ onAnswered: () => (answered += 1) });
    const ask = async (body: string) => await (await post('/v1/messages', pass.token, body)).text();
    // It has begun an answer, and an error came in it.
    await ask('echodata: {"type":"error"}\n\n');
    expect([pass.seen.hasAnswered, pass.seen.failed, answered]).toEqual([false, [], 0]);
    await ask('page200');
    await ask('page502');
    await ask(`limit${'x'.repeat(100_000)}`);
    const limits = { 'anthropic-ratelimit-unified-status': 'rejected', 'retry-after': '9' };
    const failed = [
      { status: 200, limits: {}, body: '<html>' },
      { status: 502, limits: {}, body: '<html>' },
      { status: 429, limits, body: `limit${'x'.repeat(16 * 1024 - 5)}` },
    ];
    expect(pass.seen.failed).toEqual(failed);
    expect(pass.seen.hasAnswered).toBe(false);
    for (const _ of [1, 2]) await ask('echodata: {"type":"content_block_start"}\n\n');
    expect([pass.seen.hasAnswered, answered]).toEqual([true, 1]);
    // What another pass sees is its own, and the last limits stay.
    expect(pass.seen.limits).toEqual(limits);
    expect(relay.grant().seen).toMatchObject({ hasAnswered: false, failed: [], limits: {} });
    // A request that is too large, or was not sent to its end, is no sign of a server that is away.
    expect(await rawStatus('/v1/messages', pass.token, { 'transfer-encoding': 'chunked' }, 33)).toBe(413);
    expect(await rawLine(`POST /v1/messages?\t HTTP/1.1`, pass.token)).toMatch(/^HTTP\/1\.1 400 /);
    expect(pass.seen.failed).toEqual(failed);
    for (let i = 0; i < 30; i += 1) await ask('page500');
    expect(pass.seen.failed).toHaveLength(20);
  });

  it('adds what the credential needs to the betas of a request', async () => {
    const own = new ModelServer({ url: base, headers: { authorization: 'Bearer x' }, paths, beta: 'needed' });
    const other = await ModelRelay.open({ model: own });
    const { token } = other.grant();
    const betas = async (headers: Record<string, string>) => {
      const sent = { method: 'POST', body: '{}', headers: { 'x-api-key': token, ...headers } };
      await (await fetch(`${other.url ?? ''}/v1/messages`, sent)).text();
      return heard.at(-1)?.headers['anthropic-beta'];
    };
    expect(await betas({})).toBe('needed');
    expect(await betas({ 'anthropic-beta': 'a,needed' })).toBe('a,needed');
    expect(await betas({ 'anthropic-beta': 'a, b' })).toBe('a,b,needed');
    await other.close();
    own.close();
  });

  it('counts an answer that its client leaves before its end', async () => {
    const costOf = (_: string, usage: unknown) => ({
      usd: (usage as { output_tokens: number }).output_tokens,
      isKnown: true,
    });
    const { token } = relay.grant({ budget: { usd: 100, costOf } });
    const delta = {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: 'word '.repeat(100) },
    };
    const events = [
      { type: 'message_start', message: { model: 'm', usage: { input_tokens: 1, output_tokens: 1 } } },
      delta,
    ];
    const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    expect((await post('/v1/messages', token, `echo${body}`)).status).toBe(200);
    const used = async () => (await post('/v1/messages', token)).status === 400;
    await waitFor(used);
  });

  it('reports when the model is not reached, and listens on a unix socket too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cc-relay-'));
    const socket = join(folder, 'model.sock');
    const nobody = new ModelServer({ url: 'http://127.0.0.1:1', headers: {}, paths });
    const lost = await ModelRelay.open({ model: nobody, socket });
    expect(lost.url).toBeNull();
    const { token } = lost.grant();
    const asking = request({
      socketPath: socket,
      path: '/v1/messages',
      method: 'POST',
      headers: { 'x-api-key': token },
    });
    asking.end('{}');
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    expect([answer.statusCode, JSON.parse(await text(answer))]).toMatchObject([
      502,
      { error: { type: 'api_error' } },
    ]);
    await lost.close();
    await rm(folder, { recursive: true });
  });
});

/** What fetch would tidy up is sent as it is. */
async function rawStatus(path: string, token: string, headers: Record<string, string> = {}, mebibytes = 0) {
  const { port } = new URL(relay.url ?? '');
  const asking = request({
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    headers: { 'x-api-key': token, ...headers },
  });
  asking.on('error', () => undefined);
  asking.flushHeaders();
  for (let sent = 0; sent < mebibytes; sent += 1) asking.write(Buffer.alloc(1024 * 1024));
  if (headers['content-length'] === undefined && mebibytes === 0) asking.end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  answer.resume();
  asking.destroy();
  return answer.statusCode;
}

/** Sends a request line as it is, and returns all that is answered. */
async function rawLine(line: string, token: string): Promise<string> {
  const socket = connect(Number(new URL(relay.url ?? '').port), '127.0.0.1');
  socket.write(`${line}\r\nhost: x\r\nx-api-key: ${token}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
  return await text(socket);
}

it('a relay is not closed to a pass by connections that send nothing, and ends them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cc-relay-'));
  const socket = join(folder, 'model.sock');
  const full = await ModelRelay.open({ model: server, socket });
  const idle: Socket[] = [];
  try {
    for (let i = 0; i < 600; i += 1) {
      const one = connect(socket).on('error', () => undefined);
      idle.push(one);
      await once(one, 'connect');
    }
    const { token } = full.grant();
    const asking = request({ socketPath: socket, path: '/v1/messages', method: 'POST', agent: false });
    asking.setHeader('x-api-key', token).end('{}');
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    answer.resume();
    // Also where nobody else comes.
    await Promise.all(idle.map(async (one) => one.destroyed || (await once(one.resume(), 'close'))));
  } finally {
    for (const one of idle) one.destroy();
    await full.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
