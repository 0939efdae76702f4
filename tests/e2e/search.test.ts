import type { SearchView } from '@cc-executor/contracts';
import { say, startScriptedModel, turnOf, useTool, type ScriptedModel } from '@cc-executor/testkit';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const run = promisify(execFile);
const CLI = new URL('../../packages/cli/src/main.ts', import.meta.url).pathname;
let under: StackUnderTest;
let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) =>
      turnOf(request) === 0
        ? useTool('Bash', { command: 'echo haystack: needle-in-result' }, 'I look for the needle-in-text.')
        : say('The end: no needle-at-all.'),
  });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
  await under.submit({
    execution_id: 'first',
    labels: { team: 'web' },
    on_failure: 'continue',
    tasks: [
      { command: 'echo "Connection refused"; echo "connection REFUSED" >&2; exit 1', retries: 1 },
      { command: 'seq 1 2000; echo "no connection"' },
    ],
  });
  await under.ended('first', 120);
  await under.submit({ execution_id: 'second', tasks: [{ command: 'printf "a\nconnection refused\n"' }] });
  await under.ended('second', 120);
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

async function found(path: string): Promise<SearchView> {
  const { status, body } = await under.call('GET', path);
  expect(status).toBe(200);
  return body as SearchView;
}

// Proves: search-finds-every-hit
it('finds a text in all attempts, tasks and streams of an execution, and counts it', async () => {
  const all = await found('/executions/first/search?q=connection%20refused');
  expect(all).toMatchObject({ count: 4, partial: [] });
  expect(all.places.map(({ task, attempt, stream, count }) => [task, attempt, stream, count])).toEqual([
    [1, 1, 'stdout', 1],
    [1, 1, 'stderr', 1],
    [1, 2, 'stdout', 1],
    [1, 2, 'stderr', 1],
  ]);
  const exact = await found('/executions/first/search?q=Connection%20refused&match_case=true&attempt=2');
  expect(exact.hits).toMatchObject([{ task: 1, attempt: 2, stream: 'stdout', at: 0, line: 1 }]);
  const last = await found('/executions/first/search?q=no%20connection&task=2');
  expect(last.hits).toMatchObject([{ line: 2001, match: 'no connection' }]);
  const one = await found('/executions/first/search?q=1&task=2&limit=1');
  expect(one.hits).toHaveLength(1);
  expect(one.count).toBeGreaterThan(1000);
});

it('finds it in all executions of a time, the newest first', async () => {
  const all = await found('/search?q=connection%20refused');
  expect(all.count).toBe(5);
  expect(all.hits.map(({ execution_id }) => execution_id)).toEqual([
    'second',
    'first',
    'first',
    'first',
    'first',
  ]);
  for (let skip = 0; skip <= all.count; skip += 2) {
    const page = await found(`/search?q=connection%20refused&skip=${String(skip)}&limit=2`);
    expect(page).toMatchObject({ count: 5, hits: all.hits.slice(skip, skip + 2) });
  }
  expect((await found('/search?q=connection%20refused&label=team=web')).count).toBe(4);
  expect((await found('/search?q=connection%20refused&until=2020-01-01')).count).toBe(0);
});

// Proves: search-finds-every-hit
it('finds what an agent said, and what it asked of and got from tools', async () => {
  await under.submit({ execution_id: 'agent', tasks: ['Look.'] });
  await under.ended('agent', 120);
  const said = async (q: string) =>
    (await found(`/executions/agent/search?q=${q}&stream=messages`)).hits.map(
      ({ stream, before, match }) => `${stream} ${before}${match}`,
    );
  expect(await said('needle-in-text')).toEqual(['messages I look for the needle-in-text']);
  expect(await said('haystack')).toEqual(['messages echo haystack', 'messages haystack']);
  expect(await said('tool_use')).toEqual([]);
  const everywhere = await found('/executions/agent/search?q=needle-at-all');
  expect(new Set(everywhere.places.map(({ stream }) => stream))).toEqual(new Set(['stdout', 'messages']));
});

it('says what is wrong with a search', async () => {
  expect(await under.call('GET', '/executions/none/search?q=x')).toMatchObject({ status: 404 });
  expect(await under.call('GET', '/executions/first/search?q=x&task=9')).toMatchObject({ status: 404 });
  const { status, body } = await under.call('GET', '/search?q=&limit=0&stream=both');
  expect(status).toBe(400);
  expect((body as { errors: { path: string }[] }).errors.map(({ path }) => path).toSorted()).toEqual([
    'limit',
    'q',
    'stream',
  ]);
});

it('is a command', async () => {
  const env = { ...process.env, CC_EXECUTOR_URL: under.stack.apiUrl };
  const search = async (...words: string[]) =>
    await run(process.execPath, [CLI, 'search', ...words], { env });
  const { stdout, stderr } = await search('connection refused', 'second');
  expect(stdout).toBe('second task 1 stdout line 2: connection refused\n');
  expect(stderr).toContain('1 found in 21 bytes');
  const night = JSON.parse((await search('connection refused', '--json')).stdout) as SearchView;
  expect(night.count).toBe(5);
});
