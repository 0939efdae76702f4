import {
  acpAgent,
  codexAgent,
  LocalLauncher,
  modelAgent,
  toolAgent,
  type Agent,
  type AgentTask,
} from '@cc-executor/agents';
import { acpFake, codexProgram, say, startScriptedModel, toolServer } from '@cc-executor/testkit';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { median, milliseconds, print } from './report.ts';

// What an attempt costs through each driver, beside the same conversation with the same program from a script: what is
// between the two is ours (our process, the launch, the pipe). The program of the agent starts in both.
const RUNS = 21;
/** In milliseconds. */
const AIM = 50;

const folder = await mkdtemp(join(tmpdir(), 'cc-overhead-'));
const model = await startScriptedModel({ script: () => say('Done.') });
const cwd = join(folder, 'workspace');
await mkdir(cwd);
const env = { PATH: process.env['PATH'] ?? '', HOME: folder, NODE_COMPILE_CACHE: join(folder, 'cache') };
const { launch } = new LocalLauncher();
const nothing = () => undefined;
const sink = { given: nothing, event: nothing, output: nothing, alive: nothing, message: nothing };
let attempts = 0;

/** Runs an attempt to its end, in milliseconds. */
async function attempt(agent: Agent, text: string, options: AgentTask['options']): Promise<number> {
  const began = performance.now();
  attempts += 1;
  const id = `0f0e0d0c-0b0a-4908-8706-${String(attempts).padStart(12, '0')}`;
  const about = { executionId: `e${String(attempts)}`, task: 1, attempt: 1, variables: {}, cwd };
  const session = agent.canResume === null ? null : { id, resumed: false };
  const end = await agent.start({ ...about, text, options, session }, sink).ended;
  if (end.outcome !== 'completed') throw new Error(`${agent.name}: ${end.outcome}: ${end.message ?? ''}`);
  return performance.now() - began;
}

/** Talks to a program over its standard streams: each request waits for the answer to the one before. In milliseconds. */
async function talk(
  command: string,
  args: readonly string[],
  requests: readonly ((answer: Record<string, unknown>) => object | null)[],
  { until, ...more }: { until?: string } & Record<string, string> = {},
): Promise<number> {
  const began = performance.now();
  const child = spawn(command, args, { cwd, env: { ...env, ...more }, stdio: ['pipe', 'pipe', 'ignore'] });
  const left = [...requests];
  let id = 0;
  const next = (answer: Record<string, unknown>) => {
    const message = left.shift()?.(answer);
    if (message === undefined) return false;
    if (message !== null) child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, ...message })}\n`);
    return true;
  };
  next({});
  for await (const line of createInterface(child.stdout)) {
    const message = JSON.parse(line) as { id?: number; method?: string; result?: Record<string, unknown> };
    if (
      message.method !== undefined
        ? message.method === until
        : message.id === id && !next(message.result ?? {})
    )
      if (until === undefined || message.method === until) break;
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  await ended;
  return performance.now() - began;
}

const codex = codexAgent({
  launch,
  env: { ...env, OPENAI_API_KEY: 'sk-made-up', OPENAI_BASE_URL: `${model.url}/v1` },
  executable: codexProgram,
  homes: join(folder, 'codex'),
  requestTimeoutMs: 60_000,
  network: false,
  graceMs: 2000,
});
const places = {
  entries: join(folder, 'none'),
  installed: join(folder, 'none'),
  path: env.PATH,
  allowedCommands: null,
};
const acp = acpAgent({ launch, env, places, homes: join(folder, 'acp'), startMs: 60_000, graceMs: 2000 });
const chat = modelAgent({ launch, env, graceMs: 2000 });
const tool = toolAgent({ launch, allowedCommands: null, env, passedCredentials: [], graceMs: 2000 });
const fake = acpFake();
const server = toolServer();
const call = JSON.stringify({ server: 'tools', name: 'echo', arguments: { text: 'x' } });
const capabilities = { fs: { readTextFile: true, writeTextFile: true }, terminal: true };
const client = { name: 'x', version: '1' };
const home = join(folder, 'bare-codex');
await mkdir(home);
const provider = {
  name: 'x',
  base_url: `${model.url}/v1`,
  experimental_bearer_token: 'sk-made-up',
  wire_api: 'responses',
};

const cases: { name: string; ours: () => Promise<number>; bare: () => Promise<number> }[] = [
  {
    name: 'acp (a small agent)',
    ours: async () => await attempt(acp, 'Do it.', { acp: fake }),
    bare: async () =>
      await talk(fake.command, fake.args, [
        () => ({ method: 'initialize', params: { protocolVersion: 1, clientCapabilities: capabilities } }),
        () => ({ method: 'session/new', params: { cwd, mcpServers: [] } }),
        ({ sessionId }) => ({
          method: 'session/prompt',
          params: { sessionId, prompt: [{ type: 'text', text: 'Do it.' }] },
        }),
      ]),
  },
  {
    name: 'codex',
    ours: async () => await attempt(codex, 'Do it.', { model: 'gpt-scripted' }),
    bare: async () =>
      await talk(
        codexProgram(),
        ['app-server'],
        [
          () => ({
            method: 'initialize',
            params: { clientInfo: { ...client, title: null }, capabilities: null },
          }),
          () => ({
            method: 'thread/start',
            params: {
              cwd,
              model: 'gpt-scripted',
              approvalPolicy: 'never',
              sandbox: 'read-only',
              config: { model_provider: 'x', model_providers: { x: provider } },
            },
          }),
          ({ thread }) => ({
            method: 'turn/start',
            params: {
              threadId: (thread as { id: string }).id,
              input: [{ type: 'text', text: 'Do it.', text_elements: [] }],
            },
          }),
        ],
        { until: 'turn/completed', CODEX_HOME: home },
      ),
  },
  {
    name: 'tool',
    ours: async () => await attempt(tool, call, { mcp_servers: { tools: server } }),
    bare: async () =>
      await talk(server.command, server.args, [
        () => ({
          method: 'initialize',
          params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: client },
        }),
        () => ({ method: 'tools/list', params: {} }),
        () => ({ method: 'tools/call', params: { name: 'echo', arguments: { text: 'x' } } }),
      ]),
  },
  {
    name: 'model',
    ours: async () => await attempt(chat, 'Do it.', { model: 'gpt-scripted', model_url: `${model.url}/v1` }),
    bare: async () => {
      const began = performance.now();
      const body = { model: 'gpt-scripted', messages: [{ role: 'user', content: 'Do it.' }], stream: true };
      const url = `${model.url}/v1/chat/completions`;
      await (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).text();
      return performance.now() - began;
    },
  },
];

const rows: [string, string][] = [];
for (const { name, ours, bare } of cases) {
  await ours();
  await bare();
  const [mine, theirs]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1)
    // Each first in turn, so that what the machine does beside it hits both.
    for (const one of run % 2 ? [ours, bare] : [bare, ours]) (one === ours ? mine : theirs).push(await one());
  const added = mine.map((value, index) => value - (theirs[index] ?? NaN));
  rows.push(
    [`${name}: through the driver`, milliseconds(mine)],
    [`${name}: the program alone`, milliseconds(theirs)],
    [`${name}: added (aim: at most ${String(AIM)} ms)`, `${median(added).toFixed(0)} ms`],
  );
}
await model.close();
await rm(folder, { recursive: true, force: true, maxRetries: 10 });
print(`An attempt through each driver (${String(RUNS)} runs, medians and ranges)`, rows);
process.exit(0);
