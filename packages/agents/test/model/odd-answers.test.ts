import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { ask } from '../../src/model/call/ask.ts';
import { failureOf } from '../../src/model/call/failure.ts';

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
});

/** Asks a server that answers with these messages. */
async function asked(...messages: unknown[]) {
  const body = [...messages, { choices: [{ delta: { content: 'one' }, finish_reason: 'stop' }] }]
    .map((message) => `data: ${JSON.stringify(message)}\n\n`)
    .join('');
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`;
  return await askAt(url);
}

async function askAt(url: string) {
  const spec = { url, key: null, model: 'm', system: null, prompt: 'p', json: null, mostBytes: 1e6 };
  return await ask(spec, { signal: new AbortController().signal, onText: () => undefined });
}

const none = { cache_read_tokens: 0, cache_creation_tokens: 0 };

describe('an answer with values of odd types', () => {
  it.each([
    [
      { prompt_tokens: 10, completion_tokens: 1.5 },
      { input_tokens: 10, output_tokens: 0, ...none },
    ],
    [
      { prompt_tokens: '10', completion_tokens: 2 },
      { input_tokens: 0, output_tokens: 2, ...none },
    ],
    [
      { prompt_tokens: -1, completion_tokens: 2 },
      { input_tokens: 0, output_tokens: 2, ...none },
    ],
    [
      { prompt_tokens: 1e300, completion_tokens: 2 },
      { input_tokens: 0, output_tokens: 2, ...none },
    ],
    [{ prompt_tokens: {}, completion_tokens: [] }, null],
    [
      { prompt_tokens: 3, completion_tokens: 2, prompt_tokens_details: { cached_tokens: '1' } },
      { input_tokens: 3, output_tokens: 2, ...none },
    ],
    [
      { prompt_tokens: 3, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 9 } },
      { input_tokens: 0, output_tokens: 2, ...none, cache_read_tokens: 3 },
    ],
    ['many', null],
    [[], null],
  ])('%j has the usage %j', async (usage, expected) => {
    expect(await asked({ usage })).toMatchObject({ outcome: 'completed', result: 'one', usage: expected });
  });

  it.each([
    [{}, null],
    [7, null],
    ['', null],
    ['m-1', 'm-1'],
    ['x'.repeat(1000), 'x'.repeat(200)],
    [`${'x'.repeat(199)}\u{1f600}`, 'x'.repeat(199)],
  ])('its model is taken where it is a text, cut (%#)', async (model, expected) => {
    expect(await asked({ model })).toMatchObject({ outcome: 'completed', result: 'one', model: expected });
  });

  it.each([
    { choices: {} },
    { choices: [null] },
    { choices: [{ delta: 'x', finish_reason: {} }] },
    { choices: [{ delta: { content: {}, refusal: {} }, finish_reason: 7 }] },
  ])('%j says nothing', async (message) => {
    expect(await asked(message)).toMatchObject({ outcome: 'completed', result: 'one' });
  });

  it('reports an error without a text as it is, at most 500 characters of it', async () => {
    const { outcome, message } = await asked({ error: { message: { a: 'x'.repeat(5000) } } });
    expect(outcome).toBe('server_error');
    expect(message).toContain('{"message":{"a":"xxx');
    expect(message?.length).toBeLessThan(600);
  });
});

describe('a limit', () => {
  it.each(['99999999999999999999', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'that resets after centuries is one for a year (%#)',
    (after) => {
      const headers = new Headers({ 'retry-after': after });
      expect(failureOf({ status: 429, headers }, '{"error":"no"}', 0)).toMatchObject({
        outcome: 'usage_limit',
        resets_at: '1971-01-01T00:00:00.000Z',
      });
    },
  );
});

describe('an address that cannot be that of a model', () => {
  it.each([
    [308, '/elsewhere', 'invalid_request', 'name the address of the model itself in model_url'],
    [302, '/login', 'invalid_request', '/login (status 302)'],
    [301, 'https://other.invalid/v1', 'invalid_request', 'redirects to https://other.invalid/v1'],
    [302, 'https://portal.invalid/?token=x', 'network', 'redirects to https://portal.invalid/ (status 302)'],
    [307, '', 'invalid_request', 'A redirect is not followed'],
  ])('answers %i with the place %j', async (status, location, outcome, words) => {
    const server = createServer((_request, response) => response.writeHead(status, { location }).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`;
    const ended = await askAt(url);
    expect(ended).toMatchObject({ outcome, message: expect.stringContaining(words) });
  });

  it('has a port that no request may go to', async () => {
    expect(await askAt('http://127.0.0.1:1/v1')).toMatchObject({
      outcome: 'invalid_request',
      message: expect.stringMatching(/bad port.* See model_url\.$/),
    });
  });
});
