import { installCommand, type EventData, type OutcomeCode, type PromptOptions } from '@cc-executor/contracts';
import { readPlain } from '@cc-executor/evidence';
import { join } from 'node:path';
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
import { textFor } from '../claude/conversation.ts';
import { deniedText } from '../claude/denied-text.ts';
import { isForPrompts, unsetWarning } from '../environment.ts';
import type { Launch } from '../launch/launch.ts';
import { runLines, type LineProcess } from '../lines/run-lines.ts';
import { startLines } from '../lines/start-lines.ts';
import { judgeResumed } from '../lost-conversation.ts';
import { codexAccess } from './access.ts';
import { SPEC_DESCRIPTOR, type CodexEnd, type CodexSpec, type Known, type News } from './call/spec.ts';
import { instructionsOf, isStrict, sandboxOf, threadOf } from './thread.ts';

export interface CodexOptions {
  launch: Launch;
  /** The environment of the worker. */
  env: Readonly<Record<string, string>>;
  /** Returns the program of Codex; null: none is installed. */
  executable: () => string | null;
  /** The folder in which each execution has a folder for Codex. */
  homes: string;
  /** How long Codex waits for the next part of an answer of the model, in milliseconds. */
  requestTimeoutMs: number;
  /** Whether commands in its sandbox may use the network. */
  network: boolean;
  /** How long a process has between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
}

const PROGRAM = fileURLToPath(new URL('./call/main.ts', import.meta.url));
const NOT_INSTALLED = `Codex is not installed. Install it: ${installCommand('codex')}`;
const NO_ANSWER = 'The model was asked, and gave no sign of life for as long as STREAM_TIMEOUT allows.';
/** The longest id of a thread, in bytes. */
const ID_BYTES = 200;

/** Runs prompts by Codex of OpenAI, each in a new process. The thread is new, or that of an interrupted attempt. */
export function codexAgent(options: CodexOptions): Agent {
  return {
    name: 'codex',
    canResume: async (executionId, sessionId) => await hasThread(threadFile(options, executionId, sessionId)),
    start: (task, sink) => startTurn(options, task, sink),
  };
}

function startTurn(options: CodexOptions, task: AgentTask, sink: AgentSink): AgentRun {
  const program = options.executable();
  const refusal = program === null ? NOT_INSTALLED : whyNotPossible(task);
  if (refusal !== null || program === null) return endedRun(bareEnd('spawn_failed', refusal));
  const { executionId, session } = task;
  const { json_schema: schema, json_mode, on_denied } = task.options;
  const access = codexAccess(options.env, options.requestTimeoutMs);
  if (access.method === 'none')
    return endedRun(
      bareEnd(
        'auth_failed',
        'The worker has no credential for Codex: set OPENAI_API_KEY in its environment, or log in with "codex login".',
      ),
    );
  const instructions = instructionsOf(task.options);
  const spec: CodexSpec = {
    program,
    home: join(options.homes, executionId),
    login: access.login,
    thread: threadOf(task, access, instructions),
    sandbox: sandboxOf(task.options, options.network),
    threadFile: threadFile(options, executionId, session?.id ?? ''),
    isResumed: session?.resumed === true,
    prompt: textFor(task),
    outputSchema: schema !== undefined && isStrict(schema) ? schema : null,
    json: schema !== undefined || json_mode === true ? { schema: schema ?? null } : null,
    failsOnDenial: on_denied === 'fail',
  };
  const { launch, graceMs, env: workerEnv } = options;
  const env = environmentOf(options.env, task.options);
  return startLines(
    { launch, graceMs, program: PROGRAM, task, workerEnv, env, spec, variable: SPEC_DESCRIPTOR },
    sink,
    async (running) =>
      await endOf({ ...spec, sessionId: session?.id ?? null, instructions }, task, options, running),
  );
}

function whyNotPossible({ options, box }: AgentTask): string | null {
  if (box !== undefined) return 'Its list asks for a container, in which Codex cannot run yet.';
  return options.permission_mode === 'bypassPermissions' && process.getuid?.() === 0
    ? 'The permission mode "bypassPermissions" is never used as root; run the worker as an ordinary user.'
    : null;
}

/** Nothing else of the worker's environment reaches the tools of a prompt. */
function environmentOf(
  env: Readonly<Record<string, string>>,
  { env: own, pass_env: passed = [] }: PromptOptions,
): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value]) => value !== '' && (isForPrompts(name) || passed.includes(name)),
  );
  return { ...Object.fromEntries(kept), ...own };
}

function threadFile({ homes }: Pick<CodexOptions, 'homes'>, executionId: string, sessionId: string): string {
  return join(homes, executionId, 'cc-executor', sessionId);
}

/** Whether there is a thread to resume. Another machine has it only if the data directory is shared. */
async function hasThread(path: string): Promise<boolean> {
  // A task may have put any kind of file there.
  const id = await readPlain(path, ID_BYTES).catch(() => null);
  return id !== null && id.length > 0;
}

async function endOf(
  {
    prompt,
    isResumed,
    sessionId,
    instructions,
  }: CodexSpec & { sessionId: string | null; instructions: string | null },
  { options }: AgentTask,
  { env }: CodexOptions,
  running: LineProcess,
): Promise<AgentEnd> {
  const { sink } = running;
  const known: Known = {};
  const unset = unsetWarning(options, env);
  if (unset !== null) await sink.event({ type: 'task.warning', data: unset });
  const open = new Set<string>();
  const { reported, failure } = await runLines<CodexEnd>(
    { ...running, given: { text: prompt, systemPrompt: instructions } },
    {
      n: (json) => {
        const { event, known: more } = JSON.parse(json) as News;
        Object.assign(known, more);
        if (event?.type === 'agent.tool_use') open.add(event.data.id);
        if (event?.type === 'agent.tool_result') open.delete(event.data.id);
        if (event) return sink.event(event);
        sink.alive();
        return undefined;
      },
      t: (json) => {
        const text = JSON.parse(json) as string;
        const noted = sink.event({ type: 'agent.delta', data: { text } });
        return sink.output('stdout', Buffer.from(text)) ?? noted;
      },
    },
  );
  const about = {
    // Without its version it has not begun.
    session_id: known.version === undefined ? null : sessionId,
    agent_version: known.version ?? null,
    model: known.model ?? options.model ?? null,
    usage: known.usage ?? null,
  };
  const outcomeOf = (outcome: OutcomeCode) => {
    const hasContent = known.hasContent === true;
    if (isResumed) return judgeResumed(outcome, hasContent);
    return outcome === 'invalid_request' && hasContent ? 'conversation_refused' : outcome;
  };
  if (reported === null)
    return {
      ...failure,
      ...(failure.outcome === 'silent' && open.size === 0
        ? { outcome: 'network', message: NO_ANSWER }
        : { outcome: outcomeOf(failure.outcome) }),
      ...about,
    };
  const { mended: _, denials, ...end } = reported;
  for (const data of warningsOf(reported)) await sink.event({ type: 'task.warning', data });
  return {
    ...bareEnd(end.outcome, end.message === null ? null : capText(end.message)),
    ...end,
    outcome: outcomeOf(end.outcome),
    ...about,
    ...(denials.length > 0 && { denials }),
  };
}

function warningsOf({ mended, denials, outcome }: CodexEnd): EventData<'task.warning'>[] {
  return [
    ...(mended === null
      ? []
      : [{ code: 'json_mended' as const, message: `The answer was not JSON as it stood: ${mended}.` }]),
    ...(denials.length === 0 || outcome === 'permission_denied'
      ? []
      : [{ code: 'permission_denied' as const, message: deniedText(denials) }]),
  ];
}
