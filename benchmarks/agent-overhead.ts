import {
  acpAgent,
  codexAgent,
  commandAgent,
  LocalLauncher,
  modelAgent,
  toolAgent,
  type Agent,
  type AgentTask,
} from '@cc-executor/agents';
import { acpFake, codexProgram, say, startScriptedModel, toolServer } from '@cc-executor/testkit';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { median, milliseconds, print } from './report.ts';

// What an attempt costs through each driver, beside the same conversation with the same program from a script: what is
// between the two is ours (our process, the launch, the pipe). The program of the agent starts in both. Of two attempts of a
// list, the later one finds our process started ahead; the first one does not. A plain command and a bare start of Node are
// beside them: what they take on this machine, at this time, is no cost of an agent.
const RUNS = Number(process.argv[2] ?? 21);
/** In milliseconds. */
const AIM = 50;
/** What is started ahead is ready by then. In milliseconds; 300 is what a list takes for snapshot, receipt and log. */
const BETWEEN = Number(process.argv[3] ?? 300);

const folder = await mkdtemp(join(tmpdir(), 'cc-overhead-'));
const model = await startScriptedModel({ script: () => say('Done.') });
const cwd = join(folder, 'workspace');
await mkdir(cwd);
/** What the program of an agent gets in both. */
const bareEnv = { PATH: process.env['PATH'] ?? '', HOME: folder };
/** The cache is for our own process. */
const env = { ...bareEnv, NODE_COMPILE_CACHE: join(folder, 'cache') };
const launchers = [new LocalLauncher({ startsAhead: true }), new LocalLauncher()] as const;
const nothing = () => undefined;
const sink = { given: nothing, event: nothing, output: nothing, alive: nothing, message: nothing };
let attempts = 0;

/** Runs an attempt to its end, in milliseconds. */
async function attempt(agent: Agent, text: string, options: AgentTask['options']): Promise<number> {
  const began = performance.now();
  attempts += 1;
  const id = `0f0e0d0c-0b0a-4908-8706-${String(attempts).padStart(12, '0')}`;
  const about = { executionId: 'a-list', task: 1, attempt: 1, variables: {}, cwd };
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
  const child = spawn(command, args, {
    cwd,
    env: { ...bareEnv, ...more },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
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

const places = {
  entries: join(folder, 'none'),
  installed: join(folder, 'none'),
  path: env.PATH,
  allowedCommands: null,
};
function agentsBy({ launch }: LocalLauncher) {
  return {
    acp: acpAgent({ launch, env, places, homes: join(folder, 'acp'), startMs: 60_000, graceMs: 2000 }),
    codex: codexAgent({
      launch,
      env: { ...env, OPENAI_API_KEY: 'sk-made-up', OPENAI_BASE_URL: `${model.url}/v1` },
      executable: codexProgram,
      homes: join(folder, 'codex'),
      requestTimeoutMs: 60_000,
      network: false,
      graceMs: 2000,
    }),
    tool: toolAgent({ launch, allowedCommands: null, env, passedCredentials: [], graceMs: 2000 }),
    model: modelAgent({ launch, env, graceMs: 2000 }),
    command: commandAgent({ launch, shell: '/bin/sh', allowedCommands: null, env, graceMs: 2000 }),
  };
}
const [later, first] = [agentsBy(launchers[0]), agentsBy(launchers[1])];

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

interface Case {
  name: string;
  ours: (agents: typeof later) => Promise<number>;
  bare: () => Promise<number>;
}

/** Runs a program to its end, in milliseconds. */
async function alone(command: string, args: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(command, args, { cwd, env: bareEnv, stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  return performance.now() - began;
}

const cases: Case[] = [
  {
    name: 'acp (a small agent)',
    ours: async ({ acp }) => await attempt(acp, 'Do it.', { acp: fake }),
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
    ours: async ({ codex }) => await attempt(codex, 'Do it.', { model: 'gpt-scripted' }),
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
    ours: async ({ tool }) => await attempt(tool, call, { mcp_servers: { tools: server } }),
    // The start of the server, and one call by the official client in this process.
    bare: async () => {
      const began = performance.now();
      const official = new Client(client, { versionNegotiation: { mode: 'legacy' } });
      const { command, args } = server;
      await official.connect(
        new StdioClientTransport({ command, args, cwd, env: bareEnv, stderr: 'ignore' }),
      );
      await official.callTool({ name: 'echo', arguments: { text: 'x' } });
      await official.close();
      return performance.now() - began;
    },
  },
  {
    name: 'model',
    ours: async (agents) =>
      await attempt(agents.model, 'Do it.', { model: 'gpt-scripted', model_url: `${model.url}/v1` }),
    bare: async () => {
      const began = performance.now();
      const body = { model: 'gpt-scripted', messages: [{ role: 'user', content: 'Do it.' }], stream: true };
      const url = `${model.url}/v1/chat/completions`;
      await (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).text();
      return performance.now() - began;
    },
  },
  {
    name: 'a plain command',
    ours: async ({ command }) => await attempt(command, 'true', {}),
    bare: async () => await alone('/bin/sh', ['-c', 'true']),
  },
];

const difference = (ours: readonly number[], bare: readonly number[]) =>
  `${median(ours.map((value, index) => value - (bare[index] ?? NaN))).toFixed(0)} ms`;
const rows: [string, string][] = [];
for (const { name, ours, bare } of cases) {
  const ways = [async () => await ours(later), async () => await ours(first), bare];
  const taken: number[][] = ways.map(() => []);
  for (const way of ways) await way();
  for (let run = 0; run < RUNS; run += 1)
    // Each first in turn, so that what the machine does beside it hits all.
    for (let at = 0; at < ways.length; at += 1) {
      const way = (run + at) % ways.length;
      await delay(BETWEEN);
      taken[way]?.push((await ways[way]?.()) ?? NaN);
    }
  const [mine = [], cold = [], theirs = []] = taken;
  rows.push(
    [`${name}: through the driver`, milliseconds(mine)],
    [`${name}: the program alone`, milliseconds(theirs)],
    [`${name}: added (aim: at most ${String(AIM)} ms)`, difference(mine, theirs)],
    [`${name}: added to the first of a list`, difference(cold, theirs)],
  );
}
const starts: number[] = [];
for (let run = 0; run < RUNS; run += 1) starts.push(await alone(process.execPath, ['-e', '0']));
rows.push(['a bare start of Node', milliseconds(starts)]);
await model.close();
await Promise.all(launchers.map(async (launcher) => await launcher.killAll()));
await rm(folder, { recursive: true, force: true, maxRetries: 10 });
print(`An attempt through each driver (${String(RUNS)} runs, medians and ranges)`, rows);
process.exit(0);
