import type { ResultsView } from '@cc-executor/contracts';
import { startStack, type Stack } from '@cc-executor/local-stack';
import {
  codexProgram,
  hang,
  installAcpAgents,
  processIsAlive,
  say,
  startScriptedModel,
  toolServer,
  useTool,
  waitFor,
  type ModelRequest,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect as connectTo, createServer, type AddressInfo, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connect } from './engine/connect.ts';
import { run } from './run.ts';
import { callApi, submitTo } from './sandbox/api.ts';

// Agents beside Claude Code in containers: Codex, which has a pass in place of its key; those of the Agent Client Protocol,
// servers of tools, and requests to a model, which are made outside.

const isNightly = process.env['CC_TEST_NIGHTLY'] === '1';
const setup = inject('setup');
const SECRET = randomUUID();
const KEY = `sk-proj-${SECRET}`;
/** What Codex can look at where it runs. */
const LOOK = 'env; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline; cat -- "$CODEX_HOME"/*; ls -la /run /run/*';
let folder: string;
let stack: Stack;
let model: ScriptedModel;
/** Leads to the model, as a host that containers may reach. */
let elsewhere: Server;
let host: string;
let named: ReturnType<typeof installAcpAgents>;

const textOf = ({ messages }: ModelRequest) => JSON.stringify(messages);

function reply(request: ModelRequest) {
  const text = textOf(request);
  const isSecond = text.includes('tool_result');
  if (text.includes('Say hello')) return say('Hello.');
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
  // Not the loopback address of a container, which its programs reach without a proxy.
  elsewhere = createServer((client) => {
    const { hostname, port } = new URL(model.url);
    pipeline(client, connectTo(Number(port), hostname), client, () => undefined);
  });
  elsewhere.listen(0, '127.0.0.2');
  await once(elsewhere, 'listening');
  host = `127.0.0.2:${String((elsewhere.address() as AddressInfo).port)}`;
  named = installAcpAgents(join(folder, 'data/agents'));
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
      CC_EXECUTOR_SANDBOX_HOSTS: host,
      CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS: host,
      OPENCODE_CONFIG_CONTENT: JSON.stringify(openCode(`http://${host}`)),
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      GEMINI_API_KEY: 'made-up',
      GOOGLE_GEMINI_BASE_URL: `http://${host}`,
      TOKEN_OF_THE_TOOL: 'given',
    },
  });
});

/** The configuration by which OpenCode finds the scripted model. */
function openCode(url: string): object {
  const models = { 'gpt-scripted': { name: 'Scripted', tool_call: true } };
  const options = { baseURL: `${url}/v1`, apiKey: 'sk-made-up' };
  return {
    provider: { scripted: { npm: '@ai-sdk/openai-compatible', name: 'Scripted', options, models } },
    model: 'scripted/gpt-scripted',
    small_model: 'scripted/gpt-scripted',
    share: 'disabled',
  };
}

afterAll(async () => {
  await stack.stop();
  elsewhere.close();
  await model.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const submit = async (prompt: string, more: object = {}) =>
  await submitTo(stack.apiUrl, { tasks: [{ prompt, agent: 'codex', model: 'gpt-scripted', ...more }] });

const file = async (id: string, name: string) =>
  await readFile(join(folder, 'data/workspaces', id, name), 'utf8').catch(() => null);

async function ended(id: string, seconds = 120): Promise<ResultsView> {
  const over = async () => {
    const { body } = await callApi(stack.apiUrl, `/executions/${id}/status`);
    return ['completed', 'failed', 'cancelled'].includes(String(body['status']));
  };
  await waitFor(over, { seconds, what: `execution ${id} to end` });
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
  await expect.poll(async () => await containers(id)).toBe(0);
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
  await expect.poll(async () => await containers(id)).toBe(0);
});

test('it is ended by its timeout, and nothing is left', async () => {
  const id = await submit('Do it slowly.', { timeout: 5 });
  expect((await ended(id)).results).toMatchObject([{ outcome: 'timed_out' }]);
  await expect.poll(async () => await containers(id)).toBe(0);
});

test('to be kept from writing is refused there', async () => {
  const tasks = [{ prompt: 'Look.', agent: 'codex', model: 'gpt-scripted', permission_mode: 'plan' }];
  expect(await callApi(stack.apiUrl, '/execute', { tasks })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'tasks[0].permission_mode' }] },
  });
});

/** Makes a workspace with programs of the tests, and returns the task's server of tools in it. */
async function withServer(workspace: string) {
  const [server = ''] = toolServer().args;
  await mkdir(join(folder, 'data/workspaces', workspace), { recursive: true });
  await cp(server, join(folder, 'data/workspaces', workspace, 'server.mts'));
  return { mcp_servers: { tools: { command: 'node', args: ['server.mts'] } } };
}

const eventsOf = async (id: string) => await (await fetch(`${stack.apiUrl}/executions/${id}/events`)).text();

test('a server of tools runs in the container of its task, and a call of it is as outside', async () => {
  const servers = await withServer('tools');
  const call = (name: string, given: object) => ({
    tool: { server: 'tools', name, arguments: given },
    pass_env: ['TOKEN_OF_THE_TOOL'],
    ...servers,
  });
  const id = await submitTo(stack.apiUrl, {
    workspace: 'tools',
    tasks: [
      call('echo', { text: 'echoed' }),
      call('tells_environment', { name: 'HOME' }),
      call('tells_environment', { name: 'TOKEN_OF_THE_TOOL' }),
      call('tells_environment', { name: 'OPENAI_API_KEY' }),
    ],
  });
  expect((await ended(id)).results.map(({ outcome, result }) => [outcome, result])).toEqual([
    ['completed', 'echoed'],
    ['completed', '/home/box'],
    ['completed', 'given'],
    ['completed', 'undefined'],
  ]);
  expect(await eventsOf(id)).toContain('task.container');
  await expect.poll(async () => await containers(id)).toBe(0);
});

test('a call that fails in a container has the outcome of its cause, and leaves nothing', async () => {
  const servers = await withServer('failing-tools');
  const missing = { mcp_servers: { tools: { command: 'no-such-program' } } };
  const failed = async (name: string, more: object) => {
    const tasks = [{ tool: { server: 'tools', name }, ...more }];
    const id = await submitTo(stack.apiUrl, { workspace: 'failing-tools', retries: 0, tasks });
    const { results } = await ended(id);
    await expect.poll(async () => await containers(id)).toBe(0);
    return results[0];
  };
  expect(await failed('ends_in_the_call', servers)).toMatchObject({
    outcome: 'mcp_failed',
    message: expect.stringContaining('Its last line on stderr: out of luck'),
  });
  expect(await failed('never_answers', { ...servers, timeout: 3 })).toMatchObject({ outcome: 'timed_out' });
  expect(await failed('echo', missing)).toMatchObject({
    outcome: 'spawn_failed',
    message: expect.stringContaining('has no program no-such-program'),
  });
});

// Proves: no-credential-in-a-container
test('a model is asked outside of containers, at the address of its worker or at one that its list may reach', async () => {
  const before = model.requests.length;
  const task = { prompt: 'Say hello.', agent: 'model', model: 'gpt-scripted', pass_env: ['OPENAI_API_KEY'] };
  const other = { ...task, model_url: `http://${host}/v1` };
  const id = await submitTo(stack.apiUrl, { network: [host], tasks: [task, other] });
  expect((await ended(id)).results).toMatchObject([
    { outcome: 'completed', result: 'Hello.' },
    { outcome: 'completed', result: 'Hello.' },
  ]);
  const sent = model.requests.slice(before).map(({ headers }) => headers['authorization']);
  expect(sent).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`]);
  expect(await callApi(stack.apiUrl, '/execute', { tasks: [other] })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'tasks[0].model_url', message: expect.stringContaining(host) }] },
  });
});

/** An agent of the protocol that asks its client for a file and for a command, and says what came of that. */
const ASKING = `
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
const send = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
const answers = {
  initialize: ({ clientCapabilities }) => {
    offered = JSON.stringify(clientCapabilities);
    return { protocolVersion: 1, agentCapabilities: { loadSession: true }, agentInfo: { name: 'asking', version: '1' } };
  },
  'session/new': () => ({ sessionId: 's' }),
};
const asked = [
  ['fs/read_text_file', { sessionId: 's', path: '/etc/hostname' }],
  ['terminal/create', { sessionId: 's', command: 'id' }],
];
let offered;
let prompt;
const said = [];
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params, error } = JSON.parse(line);
  if (method === 'session/prompt') prompt = id;
  else if (method !== undefined) send({ id, result: answers[method](params) });
  else said.push(error?.code ?? 'done');
  const next = asked[said.length];
  if (prompt === undefined) continue;
  if (next !== undefined) send({ id: said.length + 1, method: next[0], params: next[1] });
  else {
    const text = [offered, ...said, readdirSync('/sys/class/net'), process.getuid()].join(' ');
    const update = { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } };
    send({ method: 'session/update', params: { sessionId: 's', update } });
    send({ id: prompt, result: { stopReason: 'end_turn' } });
  }
}`;

test('an agent of the protocol is in its container, and is given nothing of what is outside', async () => {
  const workspace = 'protocol';
  await mkdir(join(folder, 'data/workspaces', workspace), { recursive: true });
  await writeFile(join(folder, 'data/workspaces', workspace, 'agent.mjs'), ASKING);
  const acp = { command: 'node', args: ['agent.mjs'] };
  const id = await submitTo(stack.apiUrl, { workspace, tasks: [{ prompt: 'Ask.', agent: 'acp', acp }] });
  const [result] = (await ended(id)).results;
  expect(result).toMatchObject({ outcome: 'completed', message: null });
  expect(result?.result).toMatch(
    /^\{"fs":\{"readTextFile":false,"writeTextFile":false\},"terminal":false\} -32601 -32601 lo [1-9]\d*$/,
  );
  await expect.poll(async () => await containers(id)).toBe(0);
});

test.runIf(isNightly)(
  'the real agents of the protocol work in containers, with what they are given',
  async () => {
    for (const acp of named) {
      const id = await submitTo(stack.apiUrl, {
        network: [host],
        tasks: [
          {
            prompt: 'Say hello.',
            agent: 'acp',
            acp,
            pass_env: ['OPENCODE_CONFIG_CONTENT', 'OPENCODE_DISABLE_MODELS_FETCH'],
          },
        ],
      });
      expect({ acp, results: (await ended(id, 280)).results }).toMatchObject({
        acp,
        results: [{ outcome: 'completed', result: 'Hello.' }],
      });
      const events = await eventsOf(id);
      expect(events).toContain('task.container');
      expect(events).not.toContain(SECRET);
      await expect.poll(async () => await containers(id)).toBe(0);
    }
  },
  600_000,
);
