import {
  acpAgent,
  claudeAgent,
  claudeExecutable,
  codexAgent,
  configDirectoryOf,
  LocalLauncher,
  modelAgent,
} from '@cc-executor/agents';
import { ExecuteRequest, type AttemptEnd } from '@cc-executor/contracts';
import { submit, type ExecutionState } from '@cc-executor/executions';
import { RedisCredentialBook, RedisEventLog, RedisOutages } from '@cc-executor/executions-redis';
import {
  codexProgram,
  installAcpAgents,
  say,
  serviceContext,
  startRedis,
  startScriptedModel,
  waitFor,
} from '@cc-executor/testkit';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerSettings } from '../../src/config.ts';
import { openDependencies } from '../../src/dependencies.ts';
import { Credential } from '../../src/credential/credential.ts';
import { Leases } from '../../src/ownership/leases.ts';
import { ModelReach } from '../../src/credential/model-reach.ts';
import { runExecution } from '../../src/running/run-execution.ts';
import type { RunPorts } from '../../src/ports.ts';
import type { Event, Playing, Scenario } from './scenario.ts';

export interface Played {
  state: ExecutionState;
  end: AttemptEnd | null;
  events: Event[];
  /** Processes that were left; there must be none. */
  left: string[];
}

/** A worker on a Redis of its own, in one temporary folder, that plays scenarios one by one or beside each other. */
export async function openStage() {
  const folder = await mkdtemp(join(tmpdir(), 'cc-fidelity-'));
  const redis = await startRedis();
  const dataDirectory = join(folder, 'data');
  const context = serviceContext(workerSettings, {
    HOME: folder,
    REDIS_URL: redis.url,
    CC_EXECUTOR_DATA_DIR: dataDirectory,
    ALLOWED_COMMANDS: 'sh,no-such-program',
  });
  const opened = await openDependencies(context);
  const installed = join(folder, 'agents');
  installAcpAgents(installed);
  const log = new RedisEventLog(opened.redis, opened.subscriber);
  const { store } = opened.ports;

  /** Plays a scenario to its end, and tells what the log has of it. */
  async function play(scenario: Scenario, name: string): Promise<Played> {
    const model = await startScriptedModel({ script: scenario.model?.() ?? (() => say('Done.')) });
    const home = join(folder, name);
    await mkdir(home);
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      TMPDIR: home,
      ANTHROPIC_API_KEY: 'sk-test',
      ANTHROPIC_BASE_URL: model.url,
      ...scenario.env,
    };
    const leases = new Leases({ store, onError: () => undefined });
    const claude = claudeAgent({
      launch: new LocalLauncher().launch,
      baseEnv: env,
      claudeExecutable: scenario.program === undefined ? null : await program(home, scenario.program),
      configDirectory: configDirectoryOf(env, join(home, 'config')),
      requestTimeoutMs: (scenario.settings?.requestTimeout ?? 600) * 1000,
      backgroundWaitMs: (scenario.settings?.backgroundWait ?? 600) * 1000,
      graceMs: 2000,
    });
    const ports: RunPorts = {
      ...opened.ports,
      leases,
      agents: {
        ...opened.ports.agents,
        claude,
        codex: codexAgent({
          launch: new LocalLauncher().launch,
          env: { ...env, OPENAI_API_KEY: 'sk-made-up', OPENAI_BASE_URL: `${model.url}/v1`, ...scenario.env },
          executable: () =>
            scenario.codex === undefined ? codexProgram() : scenario.codex(codexProgram(), home),
          homes: join(home, 'codex'),
          requestTimeoutMs: (scenario.settings?.requestTimeout ?? 600) * 1000,
          network: false,
          graceMs: 2000,
        }),
        acp: acpAgent({
          launch: new LocalLauncher().launch,
          env: { ...acpEnvironment(model.url), ...env },
          places: {
            entries: join(home, 'agents.json'),
            installed,
            path: env.PATH,
            allowedCommands: null,
          },
          homes: join(home, 'acp'),
          startMs: (scenario.settings?.acpStart ?? 120) * 1000,
          graceMs: 2000,
        }),
        model: modelAgent({
          launch: new LocalLauncher().launch,
          env: { ...env, OPENAI_BASE_URL: `${model.url}/v1` },
          graceMs: 2000,
        }),
      },
      reach: new ModelReach({
        outages: new RedisOutages(opened.redis),
        names: { outage: name, refusal: name },
        longestInterval: 900_000,
        credentialIntervals: [60_000],
      }),
      // A credential for each: what one finds out about its own is not to keep another from trying.
      credential: new Credential(new RedisCredentialBook(opened.redis), name),
      ...scenario.settings,
    };
    const events = async () =>
      (await log.page(name, 0, 100_000)).map(({ json }) => JSON.parse(json) as Event);
    const playing: Playing = {
      executionId: name,
      ports,
      home,
      dataDirectory,
      workspace: async () => {
        const stored = await store.read(name);
        if (!stored) throw new Error('The execution is not there any more.');
        return await ports.prepareWorkspace(stored.record);
      },
      events,
      first: async (type) => await waitFor(async () => (await events()).find((event) => event.type === type)),
    };
    try {
      const tasks = [...(scenario.earlier ?? []), scenario.task ?? 'Do it.'];
      const request = { execution_id: name, tasks, on_failure: 'continue' };
      await submit(
        {
          store,
          wakeUps: ports.wakeUps,
          workspaces: { resolve: async (path) => ({ path, turn: path }), fresh: async (id) => id },
          isolation: { usual: 'process', least: 'process', hasLauncher: false, hosts: [] } as const,
          checkAgents: async () => undefined,
          checkCommands: () => undefined,
          checkPrompts: async () => undefined,
        },
        ExecuteRequest.parse(request),
      );
      await scenario.before?.(playing);
      await Promise.all([runExecution(ports, name), scenario.meanwhile?.(playing)]);
      const stored = await store.read(name);
      if (!stored) throw new Error('The execution is not there any more.');
      await scenario.also?.(stored.state, playing);
      const left = await ports.endLeftovers(stored.record, Infinity, AbortSignal.timeout(60_000));
      return {
        state: stored.state,
        end: stored.state.tasks.at(-1)?.end ?? null,
        events: await events(),
        left,
      };
    } finally {
      await leases.close();
      await model.close();
    }
  }

  return {
    play,
    close: async () => {
      await context.close();
      await redis.stop();
      await rm(folder, { recursive: true, maxRetries: 10, force: true });
    },
  };
}

/** How the real agents of the Agent Client Protocol find the scripted model; a task passes on what it needs. */
function acpEnvironment(url: string): Record<string, string> {
  const models = { 'gpt-scripted': { name: 'Scripted', tool_call: true } };
  const options = { baseURL: `${url}/v1`, apiKey: 'sk-made-up' };
  const scripted = { npm: '@ai-sdk/openai-compatible', name: 'Scripted', options, models };
  const config = {
    provider: { scripted },
    model: 'scripted/gpt-scripted',
    small_model: 'scripted/gpt-scripted',
    share: 'disabled',
  };
  return {
    GEMINI_API_KEY: 'made-up',
    GOOGLE_GEMINI_BASE_URL: url,
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
    OPENCODE_DISABLE_MODELS_FETCH: '1',
  };
}

async function program(home: string, script: string): Promise<string> {
  const file = join(home, 'program');
  await writeFile(file, `#!/bin/sh\nCLAUDE='${claudeExecutable(null)}'\n${script}\n`, { mode: 0o755 });
  return file;
}
