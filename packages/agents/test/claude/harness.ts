import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { startScriptedModel, type Script, type ScriptedModel } from '@cc-executor/testkit';
import {
  claudeAgent,
  LocalLauncher,
  type AgentEvent,
  type AgentRun,
  type AgentSink,
  type AgentTask,
  type AgentInput,
} from '../../src/index.ts';

/** A home, a workspace and a scripted model for one test file; all gone after it. */
export function claudeHarness() {
  let folder: string;
  const models: ScriptedModel[] = [];
  const runs: AgentRun[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cc-executor-claude-'));
  });
  afterAll(async () => {
    // A test that failed halfway leaves its attempt running.
    for (const run of runs) run.stop('cancelled');
    await Promise.all(runs.map((run) => run.ended));
    await Promise.all(models.map((model) => model.close()));
    await rm(folder, { recursive: true, maxRetries: 10, force: true });
  });

  const environment = (baseUrl: string): Record<string, string> => ({
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    TMPDIR: folder,
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: baseUrl,
  });

  return {
    environment,
    workspace: () => mkdtemp(join(folder, 'workspace-')),
    async model(script: Script): Promise<ScriptedModel> {
      const model = await startScriptedModel({ script });
      models.push(model);
      return model;
    },
    /** Starts an attempt; what is not given is as usual. */
    async start(
      text: string,
      to: { url: string },
      more: Partial<Pick<AgentTask, 'cwd' | 'options' | 'session'>> & {
        sink?: Partial<AgentSink>;
        claudeExecutable?: string;
        env?: Record<string, string>;
        backgroundWaitMs?: number;
      } = {},
    ) {
      const {
        sink: own,
        claudeExecutable = null,
        env,
        cwd = await this.workspace(),
        options = {},
        session = null,
        backgroundWaitMs = 600_000,
      } = more;
      const agent = claudeAgent({
        launch: new LocalLauncher().launch,
        configDirectory: null,
        baseEnv: { ...environment(to.url), ...env },
        claudeExecutable,
        requestTimeoutMs: 600_000,
        backgroundWaitMs,
        graceMs: 2000,
      });
      const collected = collect();
      const task: AgentTask = {
        executionId: 'e1',
        task: 1,
        attempt: 1,
        text,
        options,
        cwd,
        session,
        variables: {},
      };
      const run = agent.start(task, { ...collected.sink, ...own });
      runs.push(run);
      return { run, cwd, agent, ...collected };
    },
  };
}

function collect() {
  const events: AgentEvent[] = [];
  const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  const messages: { type: string; subtype?: string }[] = [];
  const given: AgentInput[] = [];
  const sink: AgentSink = {
    given: (what) => void given.push(what),
    event: (event) => void events.push(event),
    output: (stream, chunk) => void output[stream].push(chunk),
    alive: () => undefined,
    message: (json) => void messages.push(JSON.parse(json) as { type: string }),
  };
  return {
    sink,
    given,
    events,
    messages,
    text: (stream: 'stdout' | 'stderr') => Buffer.concat(output[stream]).toString(),
    /** The data of the events of one type. */
    of: <T extends AgentEvent['type']>(type: T): Extract<AgentEvent, { type: T }>['data'][] =>
      events.flatMap((event) => (event.type === type ? [event.data as never] : [])),
  };
}
