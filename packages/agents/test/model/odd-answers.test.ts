import { createServer, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { ask } from '../../src/model/call/ask.ts';
import { failureOf } from '../../src/model/call/failure.ts';

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
});

const STREAM = { 'content-type': 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };

const streamed = (...messages: unknown[]) =>
  messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join('');

/** Starts a server with this one answer, and returns its address. */
async function served(status: number, headers: OutgoingHttpHeaders, body = ''): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`;
}

/** Asks a server that answers with these messages. */
async function asked(...messages: unknown[]) {
  const end = { choices: [{ delta: { content: 'one' }, finish_reason: 'stop' }] };
  return await askAt(await served(200, STREAM, streamed(...messages, end)));
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

describe('a reason to finish', () => {
  it.each([
    ['stop', 'completed'],
    ['STOP', 'completed'],
    ['eos_token', 'completed'],
    ['end_turn', 'completed'],
    ['max_tokens', 'output_token_limit'],
    ['MAX_TOKENS', 'output_token_limit'],
    ['model_length', 'output_token_limit'],
    ['SAFETY', 'refused'],
    ['tool_use', 'no_result'],
    ['insufficient_system_resource', 'overloaded'],
    ['error', 'server_error'],
    ['abort', 'no_result'],
    ['', 'no_result'],
  ])('%j means %s', async (finish_reason, outcome) => {
    const ended = await askAt(
      await served(200, STREAM, streamed({ choices: [{ delta: { content: 'half' }, finish_reason }] })),
    );
    expect(ended.outcome).toBe(outcome);
    expect(ended.message === null).toBe(outcome === 'completed');
  });
});

describe('a server that does not stream', () => {
  const answer = (finish_reason: string) => ({
    model: 'm-1',
    choices: [{ message: { role: 'assistant', content: 'one' }, finish_reason }],
    usage: { prompt_tokens: 3, completion_tokens: 1 },
  });

  it('answers with one message', async () => {
    const url = await served(200, JSON_TYPE, JSON.stringify(answer('stop')));
    expect(await askAt(url)).toMatchObject({
      outcome: 'completed',
      result: 'one',
      model: 'm-1',
      usage: { input_tokens: 3, output_tokens: 1 },
    });
  });

  it.each([
    [JSON.stringify(answer('length')), 'output_token_limit'],
    ['{"error":{"message":"broken"}}', 'server_error'],
    ['{"status":"ok"}', 'invalid_request'],
    ['[]', 'invalid_request'],
    ['Ollama is running', 'network'],
    ['{"message":{"content":"one"}}\n{"done":true}\n', 'invalid_request'],
    ['{"choices":[]}', 'no_result'],
    ['', 'network'],
  ])('answers %s', async (body, outcome) => {
    expect((await askAt(await served(200, JSON_TYPE, body))).outcome).toBe(outcome);
  });
});

describe('an answer that is sent in an odd way', () => {
  const whole = JSON.stringify({ choices: [{ message: { content: 'one' }, finish_reason: 'stop' }] });
  const end = { choices: [{ delta: {}, finish_reason: 'stop' }] };
  const stream = streamed({ choices: [{ delta: { content: 'one' } }] }, end);

  it.each([
    ['a stream under the type of JSON', 'application/json', stream],
    ['a stream under the type of text', 'text/plain', stream],
    ['a stream whose type is in capitals', 'Text/Event-Stream; charset=utf-8', stream],
    ['JSON under the type of a stream', 'text/event-stream', whole],
    ['a whole message in a stream', 'text/event-stream', `data: ${whole}\n\n`],
    [
      'a content in parts',
      'text/event-stream',
      streamed({ choices: [{ delta: { content: [{ type: 'text', text: 'one' }] } }] }, end),
    ],
  ])('is taken: %s', async (_, type, body) => {
    const url = await served(200, { 'content-type': type }, body);
    expect(await askAt(url)).toMatchObject({ outcome: 'completed', result: 'one' });
  });

  it('is whole when its stream stays open', async () => {
    const server = createServer((_request, response) => void response.writeHead(200, STREAM).write(stream));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`;
    expect(await askAt(url)).toMatchObject({ outcome: 'completed', result: 'one' });
  }, 60_000);
});

describe('an error with a status of success', () => {
  it.each([
    [{ error: { message: 'busy', code: 503 } }, 'overloaded'],
    [{ error: { message: 'slow down', code: 'rate_limit_exceeded' } }, 'rate_limited'],
    [{ error: { message: 'wrong key', type: 'authentication_error' } }, 'auth_failed'],
    [{ object: 'error', message: 'no such model', code: 404 }, 'model_not_found'],
    [{ error: { message: 'too long', code: 'context_length_exceeded' } }, 'prompt_too_long'],
    [{ error: 'broken' }, 'server_error'],
  ])('%j is %s, also in a stream', async (error, outcome) => {
    const words = {
      outcome,
      message: expect.stringContaining('reported an error in its answer: ') as string,
    };
    expect(await askAt(await served(200, JSON_TYPE, JSON.stringify(error)))).toMatchObject(words);
    expect(await asked(error)).toMatchObject(words);
  });

  it.each(['{"message":"boom"}', 'boom'])('is an event of that name: %s', async (data) => {
    const url = await served(200, STREAM, `event: error\ndata: ${data}\n\n`);
    const message = 'The model reported an error in its answer: boom.';
    expect(await askAt(url)).toMatchObject({ outcome: 'server_error', message });
  });

  it('may be nested deeper than a stack is high', async () => {
    const body = `{"error":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(await askAt(await served(200, JSON_TYPE, body))).toMatchObject({ outcome: 'server_error' });
  });
});

describe('an error status', () => {
  it.each([
    [404, '{"detail":"Not Found"}', 'model_not_found', 'Not Found. See model and model_url.'],
    [404, '404 page not found', 'model_not_found', '404 page not found. See model and model_url.'],
    [404, '<html><h1>Not here</h1></html>', 'network', 'This is not an answer of the API.'],
    [405, '{"detail":"Method Not Allowed"}', 'invalid_request', 'See model_url.'],
    [422, '{"detail":[{"msg":"field required"}]}', 'invalid_request', 'field required'],
    [400, '{"message":"no such option"}', 'invalid_request', 'no such option.'],
    [403, '{"message":"denied"}', 'auth_failed', 'pass_env'],
    [403, 'Blocked by the proxy', 'network', 'This is not an answer of the API.'],
    [503, '{"detail":"loading"}', 'overloaded', 'loading.'],
    [500, '{}', 'server_error', '{}.'],
    [501, '{"error":"no streams"}', 'invalid_request', 'no streams.'],
    [500, '', 'network', 'status 500 and nothing else'],
    [502, 'Bad gateway', 'network', 'This is not an answer of the API.'],
    [413, '<html>too large</html>', 'prompt_too_long', 'too large'],
  ])('%i with %s is %s', (status, body, outcome, words) => {
    expect(failureOf({ status, headers: new Headers() }, body, 0)).toMatchObject({
      outcome,
      message: expect.stringContaining(words),
    });
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
    [302, 'http://[', 'invalid_request', 'redirects nowhere'],
    [302, 'javascript:alert(1)', 'invalid_request', 'redirects nowhere'],
  ])('answers %i with the place %j', async (status, location, outcome, words) => {
    const ended = await askAt(await served(status, { location }));
    expect(ended).toMatchObject({ outcome, message: expect.stringContaining(words) });
  });

  it('has a port that no request may go to', async () => {
    expect(await askAt('http://127.0.0.1:1/v1')).toMatchObject({
      outcome: 'invalid_request',
      message: expect.stringMatching(/bad port.* See model_url\.$/),
    });
  });
});
