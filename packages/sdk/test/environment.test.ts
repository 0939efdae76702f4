import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { ccExecute, CcExecutor, setDefaultClient } from '../src/index.ts';

const seen: IncomingHttpHeaders[] = [];
const server = createServer((request, response) => {
  seen.push(request.headers);
  response.writeHead(500).end('{}');
});
let url: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  seen.length = 0;
  for (const name of ['CC_EXECUTOR_URL', 'CC_EXECUTOR_API_KEY', 'CC_EXECUTOR_LINEAGE']) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The key that a client sends. */
async function keyOf(client: CcExecutor): Promise<string | undefined> {
  await client.health().catch(() => {});
  return seen.at(-1)?.authorization;
}

it('takes address, key and lineage of the environment', async () => {
  vi.stubEnv('CC_EXECUTOR_URL', ` ${url} `);
  vi.stubEnv('CC_EXECUTOR_API_KEY', 'first, second');
  vi.stubEnv('CC_EXECUTOR_LINEAGE', 'outer,inner');
  const client = new CcExecutor();
  expect(client.url).toBe(url);
  expect(client.lineage).toEqual(['outer', 'inner']);
  expect(await keyOf(client)).toBe('Bearer first');
  expect(await keyOf(new CcExecutor({ url }))).toBe('Bearer first');
});

it('sends the key of the environment to no other address', async () => {
  vi.stubEnv('CC_EXECUTOR_API_KEY', 'mine');
  expect(await keyOf(new CcExecutor({ url }))).toBeUndefined();
  vi.stubEnv('CC_EXECUTOR_URL', 'http://127.0.0.1:1');
  expect(await keyOf(new CcExecutor({ url }))).toBeUndefined();
});

it('prefers its setting, also an empty one', async () => {
  vi.stubEnv('CC_EXECUTOR_URL', url);
  vi.stubEnv('CC_EXECUTOR_API_KEY', 'mine');
  vi.stubEnv('CC_EXECUTOR_LINEAGE', 'outer');
  expect(await keyOf(new CcExecutor({ apiKey: 'other' }))).toBe('Bearer other');
  const client = new CcExecutor({ url, apiKey: undefined, lineage: undefined });
  expect(await keyOf(client)).toBeUndefined();
  expect(client.lineage).toEqual([]);
});

it('is what the short forms use', async () => {
  vi.stubEnv('CC_EXECUTOR_URL', url);
  vi.stubEnv('CC_EXECUTOR_API_KEY', 'mine');
  setDefaultClient(undefined);
  await ccExecute('x').catch(() => {});
  expect(seen.at(-1)?.authorization).toBe('Bearer mine');
  setDefaultClient(undefined);
});

it('has defaults where there is no environment', () => {
  vi.stubGlobal('process', undefined);
  const { url: address, lineage } = new CcExecutor();
  vi.unstubAllGlobals();
  expect([address, lineage]).toEqual(['http://127.0.0.1:8001', []]);
});
