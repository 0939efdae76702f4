import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi({ CC_EXECUTOR_MAX_PROMPT_TOKENS: '100000' });
});
afterAll(async () => api.close());

const MIB = 1024 * 1024;
const many = <T>(count: number, item: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => item(index));
const object = (count: number, value: unknown) =>
  Object.fromEntries(many(count, (index) => [`k${String(index)}`, value]));
const list = (tasks: unknown[]) => JSON.stringify({ tasks });
const template = (prompt: string) => ({ prompt, template: true });
const schema = (index: number) => ({
  type: 'object',
  properties: object(900, { type: 'string', pattern: `^x{${String(index)}}` }),
});

/** Milliseconds. It is some hundred on a quiet machine; what grows with the square is far beyond. */
const LONGEST = 5000;

it.each<[string, number, () => string]>([
  [
    '9 MiB of unknown references',
    400,
    () => list(many(9, () => template('{{tasks.n.result}}'.repeat(55_000)))),
  ],
  [
    '9 MiB of references',
    202,
    () => list(['x', ...many(8, () => template('{{tasks.1.result}}'.repeat(55_000)))]),
  ],
  ['9 MiB that are no references', 400, () => list(many(9, () => template('{{x}}'.repeat(MIB / 5 - 1))))],
  ['200,000 MCP servers', 400, () => list([{ prompt: 'x', mcp_servers: object(200_000, { command: 'x' }) }])],
  ['100,000 tasks', 400, () => list(many(100_000, () => 'do it'))],
  ['900,000 unknown keys', 400, () => list(many(1000, () => object(900, 1)))],
  ['450,000 variables', 400, () => list(many(500, () => ({ prompt: 'x', env: object(900, '1') })))],
  ['prompts of too many tokens', 400, () => list(many(9, () => 'word '.repeat(200_000)))],
  ['many long prompts', 202, () => list(many(1000, () => 'in task 9 what do I want '.repeat(300)))],
  ['large schemas', 202, () => list(many(10, (index) => ({ prompt: 'x', json_schema: schema(index) })))],
  ['five million lists', 400, () => `${'['.repeat(4.9 * MIB)}${']'.repeat(4.9 * MIB)}`],
  ['three million objects', 400, () => `{"tasks":[${'{},'.repeat(3 * MIB)}1]}`],
])('%s keep no other request waiting', async (_, expected, bodyOf) => {
  const body = bodyOf();
  const answered = new AbortController();
  const heavy = api.call
    .post('/execute')
    .set('content-type', 'application/json')
    .send(body)
    .then(({ status }) => {
      answered.abort();
      return status;
    });
  let longest = 0;
  do {
    const begun = performance.now();
    await api.call.get('/health');
    longest = Math.max(longest, performance.now() - begun);
  } while (!answered.signal.aborted);
  expect(await heavy).toBe(expected);
  expect(longest).toBeLessThan(LONGEST);
});
