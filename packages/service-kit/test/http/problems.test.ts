import { Problem } from '@cc-executor/contracts';
import type { InjectOptions } from 'fastify';
import { expect, test } from 'vitest';
import { probeApp } from './app.ts';

// What is injected comes from no user that could be seen.
const { app, log } = probeApp({ CC_EXECUTOR_KEYLESS: 'true' });

async function ask(options: InjectOptions) {
  const answer = await app.inject(options);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.payload).toMatch(/[^\n]\n$/);
  const problem = Problem.parse(answer.json());
  expect(problem.status).toBe(answer.statusCode);
  expect(problem.request_id).toMatch(/^req-[0-9a-f-]{36}$/);
  return { problem, headers: answer.headers };
}

const json = { 'content-type': 'application/json' };
const post = (payload: string | Buffer, headers: Record<string, string> = json, url = '/items') =>
  ({ method: 'POST', url, headers, payload }) as const;

test.each<[string, InjectOptions, number, string]>([
  ['not JSON', post('{"tasks":'), 400, 'MALFORMED_JSON'],
  ['JSON that is not UTF-8', post(Buffer.from([0x22, 0xff, 0x22])), 400, 'MALFORMED_JSON'],
  [
    'a form',
    post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['plain text', post('a', { 'content-type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['a content type that is none', post('a', { 'content-type': 'json' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['no content type', post('{}', {}), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['a packed body', post('{}', { ...json, 'content-encoding': 'gzip' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['a body over 10 MiB', post('a'.repeat(10 * 1024 * 1024 + 1)), 413, 'BODY_TOO_LARGE'],
  ['an empty body where one is needed', post(''), 400, 'INVALID_REQUEST'],
  ['an unknown address', { url: '/nothing' }, 404, 'ROUTE_NOT_FOUND'],
  ['an unknown address with a bad body', post('{', json, '/nothing'), 404, 'ROUTE_NOT_FOUND'],
  [
    'an unknown address with a form',
    post('a', { 'content-type': 'a/b' }, '/nothing'),
    404,
    'ROUTE_NOT_FOUND',
  ],
  ['an address that is no URL', { url: '/items/%ff' }, 400, 'BAD_HTTP'],
  ['an error of the table', { url: '/throws/login' }, 410, 'LOGIN_NOT_OFFERED'],
])('%s is told as %i with a problem', async (_what, options, status, code) => {
  const { problem } = await ask(options);
  expect({ status: problem.status, code: problem.code }).toEqual({ status, code });
});

test('every fault of every part of a request is reported, with its place', async () => {
  const { problem } = await ask(post('{"tasks":[1,"b",{}],"more":1}', json, '/items?limit=few&page=2'));
  expect(problem.code).toBe('INVALID_REQUEST');
  expect(problem.errors?.map((fault) => fault.path)).toEqual([
    'tasks[0]',
    'tasks[2]',
    'more',
    'limit',
    'page',
  ]);
});

test('an address with other methods answers 405 and names them', async () => {
  const { problem, headers } = await ask({ method: 'PUT', url: '/items/7?x=1' });
  expect(problem.code).toBe('METHOD_NOT_ALLOWED');
  expect(headers.allow?.split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD']);
});

test.each(['error', 'text', 'nothing'])('an unknown throw (%s) tells the caller an id only', async (what) => {
  log.length = 0;
  const { problem } = await ask({ url: `/throws/${what}` });
  expect(problem).toMatchObject({ status: 500, code: 'INTERNAL' });
  expect(JSON.stringify(problem)).not.toContain('a hidden reason');
  const causes = log.filter((line) => line.includes('"level":"error"'));
  expect(causes).toHaveLength(1);
  expect(causes.join('')).toContain(problem.request_id);
});

test('steps that fix it are reported, and when to try again', async () => {
  const gone = await ask({ url: '/throws/login' });
  expect(gone.problem.instructions).toEqual(['do this']);
  const store = await ask({ url: '/throws/store' });
  expect(store.problem.status).toBe(503);
  expect(store.headers['retry-after']).toBe('5');
});

test('a client cannot choose the id of its request', async () => {
  const { problem, headers } = await ask({
    url: '/nothing',
    headers: { 'request-id': 'mine', 'x-request-id': 'mine' },
  });
  expect(headers['x-request-id']).toBe(problem.request_id);
  expect(problem.request_id).not.toBe('mine');
});

test.each<[string, Record<string, string>]>([
  ['no content type', {}],
  ['JSON as content type', json],
  ["a form's content type", { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' }],
])('a call without a body is taken as such with %s', async (_what, headers) => {
  const answer = await app.inject({ method: 'POST', url: '/items/7/cancel', headers });
  expect(answer.json()).toEqual({ body: null });
});

test('an id of any length reaches its route', async () => {
  const id = 'a'.repeat(5000);
  expect((await app.inject(`/items/${id}`)).json()).toEqual({ id });
});

test('JSON ends with one newline, and other content is as it is', async () => {
  const found = await app.inject('/items/7');
  expect(found.payload).toBe('{"id":"7"}\n');
  expect(found.headers['content-length']).toBe('11');
  expect((await app.inject('/docs/page')).payload).toBe('a page');
});
