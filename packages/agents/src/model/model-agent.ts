import type { PromptOptions } from '@cc-executor/contracts';
import { commandEnvironment } from '@cc-executor/service-kit';
import { fileURLToPath } from 'node:url';
import {
  bareEnd,
  endedRun,
  type Agent,
  type AgentEnd,
  type AgentRun,
  type AgentSink,
  type AgentTask,
} from '../agent.ts';
import { capText } from '../cap.ts';
import { startByWay, type ByWay } from '../launch/by-way.ts';
import type { Launch } from '../launch/launch.ts';
import { runLines, type LineProcess } from '../lines/run-lines.ts';
import { startLines } from '../lines/start-lines.ts';
import type { ModelEnd, ModelSpec } from './call/spec.ts';

export interface ModelAgentOptions extends Partial<ByWay> {
  launch: Launch;
  /** The environment of the worker. */
  env: Readonly<Record<string, string>>;
  /** How long a process has between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
}

const PROGRAM = fileURLToPath(new URL('./call/main.ts', import.meta.url));
const DEFAULT_URL = 'https://api.openai.com/v1';
/** The largest answer, in bytes of its stream. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Returns the base address that a task without `model_url` uses; null: nothing in the environment is for it. */
export function defaultModelServer(env: Readonly<Record<string, string>>): string | null {
  return env['OPENAI_BASE_URL'] || (env['OPENAI_API_KEY'] ? DEFAULT_URL : null);
}

/** Has prompts answered by a model without tools, over the Chat Completions API; each request has a new process. */
export function modelAgent(options: ModelAgentOptions): Agent {
  return { name: 'model', canResume: null, start: (task, sink) => startRequest(options, task, sink) };
}

function startRequest(options: ModelAgentOptions, task: AgentTask, sink: AgentSink): AgentRun {
  const { model, model_url: url, json_mode, json_schema, append_system_prompt: system = null } = task.options;
  if (model === undefined) return endedRun(bareEnd('model_not_found', 'It names no model.'));
  const { name, key } = keyOf(options.env, task.options);
  if (name !== null && key === null)
    return endedRun(
      bareEnd(
        'auth_failed',
        `The environment of the worker has no ${name}, which pass_env names for the key.`,
      ),
    );
  const spec: ModelSpec = {
    url: url ?? options.env['OPENAI_BASE_URL'] ?? DEFAULT_URL,
    key,
    model,
    system,
    prompt: task.text,
    json: json_schema !== undefined || json_mode === true ? { schema: json_schema ?? null } : null,
    mostBytes: MOST_BYTES,
  };
  const { launch, graceMs, env: workerEnv } = options;
  const env = commandEnvironment(options.env);
  const start = (own: ModelSpec) =>
    startLines(
      { launch, graceMs, program: PROGRAM, task, workerEnv, env, spec: own },
      sink,
      async (running) => await endOf(own, running),
    );
  // It starts nothing of the task. The address of its list is reached as from a container, and the key is in none.
  return task.box === undefined || url === undefined
    ? start(spec)
    : startByWay(options, task, url, (proxy) => start({ ...spec, proxy }));
}

/** The first name in pass_env is that of the key; without one there is none. */
function keyOf(
  env: Readonly<Record<string, string>>,
  { pass_env = [] }: PromptOptions,
): { name: string | null; key: string | null } {
  const [name] = pass_env;
  if (name === undefined) return { name: null, key: null };
  return { name, key: env[name] || null };
}

async function endOf({ prompt, system, model: asked }: ModelSpec, running: LineProcess): Promise<AgentEnd> {
  const { sink } = running;
  const parts: string[] = [];
  const { reported, failure } = await runLines<ModelEnd>(
    { ...running, given: { text: prompt, systemPrompt: system } },
    {
      n: () => {
        sink.alive();
        return undefined;
      },
      t: (json) => {
        const text = JSON.parse(json) as string;
        parts.push(text);
        const noted = sink.event({ type: 'agent.delta', data: { text } });
        return sink.output('stdout', Buffer.from(text)) ?? noted;
      },
    },
  );
  const text = parts.join('');
  if (text !== '') await sink.event({ type: 'agent.text', data: { text: capText(text), raw: null } });
  if (reported === null) return { ...failure, model: asked };
  const { mended, model, ...end } = reported;
  if (mended !== null)
    await sink.event({
      type: 'task.warning',
      data: { code: 'json_mended', message: `The answer was not JSON as it stood: ${mended}.` },
    });
  return { ...bareEnd(end.outcome, end.message), ...end, model: model ?? asked, turns: 1 };
}
