import type { ResultsView } from '@cc-executor/contracts';
import { startStack, type Stack } from '@cc-executor/local-stack';
import {
  codexProgram,
  hang,
  processIsAlive,
  say,
  startScriptedModel,
  useTool,
  waitFor,
  type ModelRequest,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connect } from './engine/connect.ts';
import { run } from './run.ts';
import { callApi, submitTo } from './sandbox/api.ts';

// Prompts of Codex, which runs in containers with a pass in place of its key.

const setup = inject('setup');
const SECRET = randomUUID();
const KEY = `sk-proj-${SECRET}`;
/** What Codex can look at where it runs. */
const LOOK = 'env; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline; cat -- "$CODEX_HOME"/*; ls -la /run /run/*';
let folder: string;
let stack: Stack;
let model: ScriptedModel;

const textOf = ({ messages }: ModelRequest) => JSON.stringify(messages);

function reply(request: ModelRequest) {
  const text = textOf(request);
  const isSecond = text.includes('tool_result');
  if (text.includes('You stopped before you were done')) return say('Now it is done.');
  if (text.includes('Look around'))
    return isSecond
      ? say('Codex was here.')
      : useTool('exec_command', {
          cmd: `(${LOOK}) > seen 2>/dev/null; (ls /sys/class/net; id -u; echo "$WORD") > told`,
        });
  return isSecond ? hang() : useTool('exec_command', { cmd: 'echo begun > begun' });
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cc-cdx-')));
  model = await startScriptedModel({ script: reply });
  stack = await startStack({
    env: {
      PATH: process.env['PATH'],
      HOME: join(folder, 'home'),
      OPENAI_API_KEY: KEY,
      OPENAI_BASE_URL: `${model.url}/v1`,
      CC_EXECUTOR_CODEX: codexProgram(),
      CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
      CC_EXECUTOR_API_PORT: '0',
      CC_EXECUTOR_WS_PORT: '0',
      CC_EXECUTOR_ISOLATION: 'container',
      CC_EXECUTOR_ENGINE: new URL(setup.host).pathname,
      CC_EXECUTOR_SANDBOX_IMAGES: setup.baseImage,
    },
  });
});

afterAll(async () => {
  await stack.stop();
  await model.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const submit = async (prompt: string, more: object = {}) =>
  await submitTo(stack.apiUrl, { tasks: [{ prompt, agent: 'codex', model: 'gpt-scripted', ...more }] });

const file = async (id: string, name: string) =>
  await readFile(join(folder, 'data/workspaces', id, name), 'utf8').catch(() => null);

async function ended(id: string): Promise<ResultsView> {
  const over = async () => {
    const { body } = await callApi(stack.apiUrl, `/executions/${id}/status`);
    return ['completed', 'failed', 'cancelled'].includes(String(body['status']));
  };
  await waitFor(over, { seconds: 120, what: `execution ${id} to end` });
  return (await callApi(stack.apiUrl, `/executions/${id}/results`)).body as unknown as ResultsView;
}

async function containers(id: string): Promise<number> {
  const filters = { label: [`cc-executor.execution=${id}`] };
  return (await connect(setup.host).listContainers({ all: true, filters })).length;
}

// Proves: no-credential-in-a-container
test('Codex works in a container, with its model and without its key', async () => {
  const before = model.requests.length;
  const id = await submit('Look around.', { env: { WORD: 'given' } });
  expect(await ended(id)).toMatchObject({
    status: 'completed',
    results: [{ outcome: 'completed', message: null, result: 'Codex was here.' }],
  });
  const sent = model.requests.slice(before);
  expect(sent.length).toBeGreaterThanOrEqual(2);
  expect(new Set(sent.map(({ headers }) => headers['authorization']))).toEqual(new Set([`Bearer ${KEY}`]));
  expect(await file(id, 'told')).toMatch(/^lo\n[1-9]\d*\ngiven\n$/);
  const seen = (await file(id, 'seen')) ?? '';
  expect(seen).toContain('CODEX_HOME=');
  expect(seen).not.toContain(SECRET);
  const events = await (await fetch(`${stack.apiUrl}/executions/${id}/events`)).text();
  expect(events).toContain('task.container');
  expect(events).not.toContain(SECRET);
  expect(await containers(id)).toBe(0);
  expect(await run(['grep', '-rlaI', SECRET, join(folder, 'data')]).catch(() => '')).toBe('');
});

test('its thread is resumed in another container when its worker was killed', async () => {
  const id = await submit('Do it.');
  await waitFor(async () => (await file(id, 'begun')) !== null, { seconds: 60, what: 'it to work' });
  // The answer to what it did is under way.
  const isWorking = ({ body }: { body: ModelRequest }) =>
    textOf(body).includes('Do it.') && textOf(body).includes('tool_result');
  await waitFor(() => model.requests.some(isWorking), { seconds: 60, what: 'it to ask again' });
  const pid = stack.pids()['worker'] ?? 0;
  process.kill(pid, 'SIGKILL');
  await waitFor(() => !processIsAlive(pid), { seconds: 60 });
  expect((await ended(id)).results).toMatchObject([
    { outcome: 'completed', result: 'Now it is done.', attempt: 2 },
  ]);
  expect(await containers(id)).toBe(0);
});

test('it is ended by its timeout, and nothing is left', async () => {
  const id = await submit('Do it slowly.', { timeout: 5 });
  expect((await ended(id)).results).toMatchObject([{ outcome: 'timed_out' }]);
  expect(await containers(id)).toBe(0);
});

test('to be kept from writing is refused there', async () => {
  const tasks = [{ prompt: 'Look.', agent: 'codex', model: 'gpt-scripted', permission_mode: 'plan' }];
  expect(await callApi(stack.apiUrl, '/execute', { tasks })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'tasks[0].permission_mode' }] },
  });
});
