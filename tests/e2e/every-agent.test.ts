import { installedProgram } from '@cc-executor/agents';
import {
  acpFake,
  childrenOf,
  CONTAINERS,
  codexProgram,
  installAcpAgents,
  processesWith,
  rounds,
  say,
  startScriptedModel,
  toolServer,
  waitFor,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

// Every agent works until it is let go: an agent with a model waits for its answer, the others for a file. All of them are
// paused, killed and cancelled together.
const PASSED = ['OPENCODE_CONFIG_CONTENT', 'OPENCODE_DISABLE_MODELS_FETCH'];
const folder = await mkdtemp(join(tmpdir(), 'cc-every-agent-'));
const asked = new Set<string>();
let model: ScriptedModel;
let under: StackUnderTest;

beforeAll(async () => {
  model = await startScriptedModel({
    script: async ({ messages }) => {
      const [key = ''] = /HOLD-\w+/.exec(JSON.stringify(messages)) ?? [];
      asked.add(key);
      await waitFor(() => existsSync(join(folder, key)), { seconds: 600, what: `${key} to be let go` });
      return say('Done.', { usage: { input_tokens: 7, output_tokens: 3 } });
    },
  });
  const provider = {
    npm: '@ai-sdk/openai-compatible',
    name: 'Scripted',
    options: { baseURL: `${model.url}/v1`, apiKey: 'sk-made-up' },
    models: { 'gpt-scripted': { name: 'Scripted', tool_call: true } },
  };
  under = await startStackUnderTest({
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
    OPENAI_API_KEY: 'sk-made-up',
    OPENAI_BASE_URL: `${model.url}/v1`,
    GEMINI_API_KEY: 'made-up',
    GOOGLE_GEMINI_BASE_URL: model.url,
    OPENCODE_CONFIG_CONTENT: JSON.stringify({
      provider: { scripted: provider },
      model: 'scripted/gpt-scripted',
      small_model: 'scripted/gpt-scripted',
      share: 'disabled',
    }),
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    CC_EXECUTOR_CODEX: codexProgram(),
    CC_EXECUTOR_CONCURRENCY: '16',
    CC_EXECUTOR_AGENT_MEMORY: '0',
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

interface Kind {
  name: string;
  /** Its task, which goes on until the file of its key is there. */
  task: (key: string) => object;
  result: string | null;
  /** What it costs, as far as it is known. */
  cost: object;
}

const isNightly = rounds({ short: 0, nightly: 1 }) > 0;
const UNKNOWN = { cost_usd: null, usage: null };
const TOKENS = { cost_usd: null, usage: { input_tokens: 7, output_tokens: 3 } };
const untilLetGo = (key: string) =>
  `touch '${folder}/${key}.began'; until [ -e '${folder}/${key}' ]; do sleep 0.05; done`;

const installed = installAcpAgents(join(folder, 'agents'));
const [opencode, gemini] = (['opencode', 'gemini'] as const).map((name) =>
  installed.includes(name) ? installedProgram(name, join(folder, 'agents', name)) : null,
);

const ALL: readonly Kind[] = [
  {
    name: 'claude',
    task: (key) => ({ prompt: key, model: 'claude-scripted' }),
    result: 'Done.',
    cost: { cost_usd: expect.any(Number) as number, usage: { input_tokens: 7, output_tokens: 3 } },
  },
  {
    name: 'codex',
    task: (key) => ({ prompt: key, agent: 'codex', model: 'gpt-scripted' }),
    result: 'Done.',
    cost: TOKENS,
  },
  {
    name: 'model',
    task: (key) => ({ prompt: key, agent: 'model', model: 'gpt-scripted' }),
    result: 'Done.',
    cost: TOKENS,
  },
  {
    name: 'acp',
    task: (key) => ({
      prompt: key,
      agent: 'acp',
      acp: acpFake({
        steps: [{ run: { command: 'sh', args: ['-c', untilLetGo(key)] } }, { say: 'Done.' }],
      }),
    }),
    result: expect.stringContaining('Done.') as string,
    cost: UNKNOWN,
  },
  // The next two take seconds of both cores to start.
  ...(opencode && isNightly
    ? [
        {
          name: 'opencode',
          task: (key: string) => ({
            prompt: key,
            agent: 'acp',
            acp: { command: opencode, args: ['acp'] },
            pass_env: PASSED,
          }),
          result: 'Done.',
          cost: UNKNOWN,
        },
      ]
    : []),
  ...(gemini && isNightly
    ? [
        {
          name: 'gemini',
          task: (key: string) => ({
            prompt: key,
            agent: 'acp',
            acp: { command: process.execPath, args: [gemini, '--acp'] },
            model: 'gemini-2.5-pro',
            pass_env: ['GEMINI_API_KEY', 'GOOGLE_GEMINI_BASE_URL'],
          }),
          result: 'Done.',
          cost: TOKENS,
        },
      ]
    : []),
  {
    name: 'tool',
    task: (key) => ({
      tool: {
        server: 'tools',
        name: 'waits_for_a_file',
        arguments: { file: join(folder, key), began: join(folder, `${key}.began`) },
      },
    }),
    result: 'There it is.',
    cost: UNKNOWN,
  },
  {
    name: 'command',
    task: () => ({ command: 'touch began; until [ -e go ]; do sleep 0.05; done' }),
    result: null,
    cost: UNKNOWN,
  },
];
/** The programs of the others are on this machine, and in no image: tests/docker/agents.test.ts has them in containers. */
const KINDS = ALL.filter(
  ({ name }) => CONTAINERS === null || ['claude', 'codex', 'model', 'command'].includes(name),
);

/** Starts a list for each agent at once, and resolves when all of them work: the list and its processes, by agent. */
async function startAll(round: string) {
  const keyOf = (name: string) => `HOLD-${name}_${round}`;
  const lists = await Promise.all(
    KINDS.map(async (kind) => ({
      ...kind,
      key: keyOf(kind.name),
      id: await under.submit({
        ...(CONTAINERS === null && { mcp_servers: { tools: toolServer() } }),
        tasks: [kind.task(keyOf(kind.name))],
      }),
    })),
  );
  return await Promise.all(
    lists.map(async (list) => {
      const works = () =>
        asked.has(list.key) ||
        [join(folder, `${list.key}.began`), join(under.workspace(list.id), 'began')].some(existsSync);
      await waitFor(works, { seconds: 170, what: `${list.name} to work` });
      const { data } = await waitFor(
        async () =>
          (await under.eventsSoFar(list.id)).find(({ type }) => /^task\.(process|container)$/.test(type)),
        { seconds: 60, what: `the process of ${list.name} to be known` },
      );
      // Of a container only its id is known.
      const pids = data['pid'] === undefined ? [] : [Number(data['pid'])];
      return { ...list, pids: [...pids, ...childrenOf(pids)] };
    }),
  );
}

type Running = Awaited<ReturnType<typeof startAll>>;
const letGo = async (lists: Running) =>
  await Promise.all(
    lists.map(async ({ name, id, key }) =>
      name === 'command' ? await under.put(id, 'go') : await writeFile(join(folder, key), ''),
    ),
  );

async function pauseAll(lists: Running): Promise<void> {
  for (const { id } of lists)
    expect(await under.call('POST', `/executions/${id}/pause`)).toMatchObject({ body: { status: 'paused' } });
  for (const { id, name, pids } of lists)
    await waitFor(async () => await under.standsStill(id, pids), { what: `${name} to stand still` });
}

describe('every agent', () => {
  // Proves: pause-and-resume
  it(
    'can be paused, survives the death of its worker, and has its evidence and its cost',
    { timeout: 600_000 },
    async () => {
      const lists = await startAll('recovers');
      await pauseAll(lists);
      for (const { id } of lists) await under.call('POST', `/executions/${id}/resume`);
      for (const { id, name, pids } of lists)
        await waitFor(async () => !(await under.standsStill(id, pids)), { what: `${name} to go on` });
      process.kill(under.stack.pids()['worker'] ?? 0, 'SIGKILL');
      const taken = async (id: string) =>
        (await under.eventsSoFar(id)).some(({ type, attempt }) => type === 'task.started' && attempt === 2);
      for (const { id, name, pids } of lists) {
        await waitFor(async () => await taken(id), { seconds: 120, what: `${name} to be taken over` });
        expect({ name, left: under.alive(id, pids) }).toEqual({ name, left: [] });
      }
      await letGo(lists);
      for (const { id, name, result, cost } of lists) {
        expect({ name, ...(await under.ended(id, 170)) }).toMatchObject({ name, status: 'completed' });
        const { results } = await under.results(id);
        expect({ name, ...results[0] }).toMatchObject({ name, attempt: 2, result, ...cost });
        expect(processesWith(`CC_EXECUTOR_EXECUTION_ID=${id}`)).toEqual([]);
        const { body } = await under.call('GET', `/executions/${id}/verification`);
        expect({ name, ...(body as object) }).toMatchObject({ name, verdict: 'verified' });
        const lost = (await under.events(id)).filter(({ type }) => type === 'task.interrupted');
        expect({ name, lost }).toMatchObject({ name, lost: [{ data: { outcome: 'worker_lost' } }] });
      }
    },
  );

  it('is cancelled while it is paused, with all its processes', { timeout: 600_000 }, async () => {
    const lists = await startAll('cancelled');
    await pauseAll(lists);
    for (const { id } of lists) await under.call('DELETE', `/executions/${id}`);
    for (const { id, name, pids } of lists) {
      expect({ name, ...(await under.ended(id, 170)) }).toMatchObject({ name, status: 'cancelled' });
      expect({ name, left: under.alive(id, pids) }).toEqual({ name, left: [] });
      expect(processesWith(`CC_EXECUTOR_EXECUTION_ID=${id}`)).toEqual([]);
    }
    await letGo(lists);
  });
});
