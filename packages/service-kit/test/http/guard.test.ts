import { whoNeedsKey } from '@cc-executor/service-kit/http';
import { expect, test } from 'vitest';
import { probeApp } from './app.ts';

// What is injected comes from no user that could be seen.
const open = probeApp({ CC_EXECUTOR_KEYLESS: 'true' });
const closed = probeApp({
  CC_EXECUTOR_HOST: '0.0.0.0',
  CC_EXECUTOR_API_KEY: 'first-key,second-key',
  CC_EXECUTOR_ALLOWED_HOSTS: 'cc.example.com',
  CC_EXECUTOR_ALLOWED_ORIGINS: 'https://pages.example.com',
});

async function status(app: typeof open, headers: Record<string, string>, url = '/items/7') {
  const answer = await app.app.inject({ url, headers: { host: 'localhost', ...headers } });
  return answer.statusCode;
}

test.each([
  ['localhost:8001', 200],
  ['127.0.0.1', 200],
  ['[::1]:8001', 200],
  ['cc.example.com', 421],
  ['localhost.evil.com', 421],
  ['evil@localhost', 421],
])('without settings the Host %s is answered with %i', async (host, expected) => {
  expect(await status(open, { host })).toBe(expected);
});

test.each([
  ['http://localhost:3000', 200],
  ['http://127.0.0.1:8001', 200],
  ['http://[::1]', 200],
  ['https://evil.com', 403],
  ['http://localhost.evil.com', 403],
  ['null', 403],
])('without settings the Origin %s is answered with %i', async (origin, expected) => {
  expect(await status(open, { origin })).toBe(expected);
});

test('the names and pages that the settings allow are answered, and its own pages', async () => {
  const authorization = 'Bearer first-key';
  const host = 'cc.example.com:8001';
  expect(await status(closed, { authorization, host })).toBe(200);
  expect(await status(closed, { authorization, origin: 'https://pages.example.com' })).toBe(200);
  expect(await status(closed, { authorization, host, origin: 'http://cc.example.com:8001' })).toBe(200);
  expect(await status(closed, { authorization, origin: 'http://pages.example.com' })).toBe(403);
});

test.each([
  ['Bearer first-key', 200],
  ['bearer second-key', 200],
  ['Bearer first-key-and-more', 401],
  ['Bearer first', 401],
  ['Bearer ', 401],
  ['Basic first-key', 401],
])('with keys, Authorization %s is answered with %i', async (authorization, expected) => {
  expect(await status(closed, { authorization })).toBe(expected);
});

test("a browser's socket may name its key as a subprotocol", async () => {
  expect(await status(closed, { 'sec-websocket-protocol': 'cc-executor, bearer.second-key' })).toBe(200);
  expect(await status(closed, { 'sec-websocket-protocol': 'bearer.third-key' })).toBe(401);
  expect(closed.app.guard.isKey('second-key')).toBe(true);
  expect(closed.app.guard.isKey('third-key')).toBe(false);
});

test('a refusal says how to send a key, and reveals nothing', async () => {
  const answer = await closed.app.inject({ url: '/nothing' });
  expect(answer.statusCode).toBe(401);
  expect(answer.headers['www-authenticate']).toBe('Bearer realm="cc-executor"');
  expect(answer.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('health and public pages need no key, but a Host', async () => {
  expect(await status(closed, {}, '/health')).toBe(200);
  expect(await status(closed, {}, '/docs/page')).toBe(200);
  expect(await status(closed, { host: 'evil.com' }, '/health')).toBe(421);
});

test('a page that may call can read the answer, a refusal too, and its browser may ask first without a key', async () => {
  const headers = { host: 'localhost', origin: 'https://pages.example.com' };
  const ask = {
    ...headers,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  };
  const preflight = await closed.app.inject({ method: 'OPTIONS', url: '/items', headers: ask });
  expect(preflight.statusCode).toBe(204);
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': 'https://pages.example.com',
    'access-control-allow-headers': 'authorization,content-type',
    'access-control-allow-methods': expect.stringContaining('DELETE'),
  });
  const refused = await closed.app.inject({ url: '/items/7', headers });
  expect(refused.statusCode).toBe(401);
  expect(refused.headers['access-control-allow-origin']).toBe('https://pages.example.com');
});

test('a page that may not call gets no word for its browser, and a caller without an Origin neither', async () => {
  const evil = { host: 'localhost', origin: 'https://evil.com', 'access-control-request-method': 'GET' };
  const preflight = await open.app.inject({ method: 'OPTIONS', url: '/items/7', headers: evil });
  expect(preflight.statusCode).toBe(403);
  expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
  const plain = await open.app.inject({ url: '/items/7' });
  expect(plain.headers['access-control-allow-origin']).toBeUndefined();
  expect((await open.app.inject({ method: 'OPTIONS', url: '/items/7' })).statusCode).toBe(405);
  expect((await closed.app.inject({ method: 'OPTIONS', url: '/items/7' })).statusCode).toBe(401);
});

test.each<[string, Record<string, string>, number]>([
  ['an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 403],
  ['a script', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }, 403],
  ['a frame', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 403],
  ['something', {}, 403],
  ['a link that is followed', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 200],
])('%s of a page of another site is answered with its status', async (_, headers, expected) => {
  expect(await status(open, { 'sec-fetch-site': 'cross-site', ...headers })).toBe(expected);
  expect(await status(open, { 'sec-fetch-site': 'same-origin', ...headers })).toBe(200);
});

test('no answer may be in a frame, or be sniffed as another type', async () => {
  for (const url of ['/items/7', '/nothing', '/health']) {
    const { headers } = await open.app.inject({ url, headers: { host: 'localhost' } });
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  }
});

test('one request tries one key of each kind', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `bearer.guess-${String(index)}`);
  const protocols = [...names, 'bearer.first-key'].join(', ');
  expect(await status(closed, { 'sec-websocket-protocol': protocols })).toBe(401);
});

test('several keys are also taken as the setting has them, and in no other way', async () => {
  expect(await status(closed, { authorization: 'Bearer first-key,second-key' })).toBe(200);
  for (const other of ['second-key,first-key', 'first-key,', 'first-key,first-key', ','])
    expect(await status(closed, { authorization: `Bearer ${other}` })).toBe(401);
});

test.each([
  [{}, true, 'others'],
  [{}, false, 'everybody'],
  [{ CC_EXECUTOR_ASK_FOR_KEY: true }, true, 'everybody'],
  [{ CC_EXECUTOR_KEYLESS: true }, false, 'nobody'],
  [{ CC_EXECUTOR_KEYLESS: true, CC_EXECUTOR_API_KEY: ['a-test-key'] }, true, 'everybody'],
] as const)('with %j, where peers can be seen: %s, a key is for %s', (set, seesPeers, who) => {
  const settings = { CC_EXECUTOR_KEYLESS: false, CC_EXECUTOR_ASK_FOR_KEY: false, CC_EXECUTOR_API_KEY: [] };
  expect(
    whoNeedsKey(
      {
        ...settings,
        ...set,
        CC_EXECUTOR_API_KEY: [...('CC_EXECUTOR_API_KEY' in set ? set.CC_EXECUTOR_API_KEY : [])],
      },
      seesPeers,
    ),
  ).toBe(who);
});
