import { installCommand } from '@cc-executor/contracts';
import { join } from 'node:path';
import { bareEnd, endedRun, type Agent, type AgentRun, type AgentSink, type AgentTask } from '../agent.ts';
import { textFor } from '../claude/conversation.ts';
import type { Launch } from '../launch/launch.ts';
import { startLines } from '../lines/start-lines.ts';
import { conversationFile, conversationIn } from '../turns/conversation-file.ts';
import { followTurn, promptEnvironment } from '../turns/follow-turn.ts';
import { jsonOf } from '../turns/spec.ts';
import { codexAccess, type CodexAccess } from './access.ts';
import { CODEX_CALL, startBoxedTurn, type BoxedCodex } from './boxed-codex.ts';
import type { CodexSpec, CodexTurn } from './call/spec.ts';
import { MountPoints } from './mount-points.ts';
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
  /** How it runs in containers; or why it cannot, with the cure. Default: this worker has none. */
  boxed?: BoxedCodex | { refusal: string } | null;
}

const NOT_INSTALLED = `Codex is not installed. Install it: ${installCommand('codex')}`;

export interface CodexAgent extends Agent {
  /** Removes the empty folders that its sandbox has left where attempts of an execution were killed with their worker. Never rejects. */
  clear: (executionId: string) => Promise<void>;
}

/** Runs prompts by Codex of OpenAI, each in a new process. The thread is new, or that of an interrupted attempt. */
export function codexAgent(options: CodexOptions): CodexAgent {
  const points = new MountPoints(options.homes);
  return {
    name: 'codex',
    clear: async (executionId) => await points.clear(executionId),
    canResume: async (executionId, sessionId) =>
      (await conversationIn(conversationFile(options.homes, executionId, sessionId))) !== null,
    start: (task, sink) => startTurn({ ...options, points }, task, sink),
  };
}

function startTurn(
  options: CodexOptions & { points: MountPoints },
  task: AgentTask,
  sink: AgentSink,
): AgentRun {
  const program = options.executable();
  const refusal = program === null ? NOT_INSTALLED : whyNotPossible(task);
  if (refusal !== null || program === null) return endedRun(bareEnd('spawn_failed', refusal));
  const old = Object.entries(task.options.mcp_servers ?? {}).find(([, { type }]) => type === 'sse');
  if (old !== undefined)
    return endedRun(
      bareEnd(
        'mcp_failed',
        `Codex cannot use the MCP server ${old[0]}: it does not support servers of the type "sse".`,
      ),
    );
  const { executionId, session } = task;
  const { json_schema: schema, on_denied } = task.options;
  const instructions = instructionsOf(task.options, true);
  const turnOf = (access: CodexAccess): CodexTurn => ({
    thread: threadOf(task, access, instructions),
    sandbox: sandboxOf(task, options.network),
    conversationFile: conversationFile(options.homes, executionId, session?.id ?? ''),
    isResumed: session?.resumed === true,
    prompt: textFor(task),
    outputSchema: schema !== undefined && isStrict(schema) ? schema : null,
    json: jsonOf(task.options),
    failsOnDenial: on_denied === 'fail',
  });
  if (task.box !== undefined) return startInBox({ ...options, program, turnOf }, task, sink);
  const access = codexAccess(options.env, options.requestTimeoutMs);
  if (access.method === 'none')
    return endedRun(
      bareEnd(
        'auth_failed',
        'The worker has no credential for Codex: set OPENAI_API_KEY in its environment, or log in with "codex login".',
      ),
    );
  const spec = {
    ...turnOf(access),
    program,
    home: join(options.homes, executionId),
    login: access.login,
  } satisfies CodexSpec;
  const { launch, graceMs, env: workerEnv } = options;
  const env = promptEnvironment(options.env, task.options);
  let leave;
  try {
    leave = options.points.note(executionId, [task.cwd, ...(task.options.extra_dirs ?? [])]);
  } catch (error) {
    const message = `The folder of Codex in the data directory cannot be written: ${(error as Error).message}.`;
    return endedRun(bareEnd('spawn_failed', message));
  }
  return startLines(
    { launch, graceMs, program: CODEX_CALL, task, workerEnv, env, spec },
    sink,
    async (running) => {
      try {
        return await followTurn({ ...spec, instructions }, task, options.env, running);
      } finally {
        await leave();
      }
    },
  );
}

function startInBox(
  {
    boxed = null,
    env,
    ...turn
  }: CodexOptions & { program: string; turnOf: (access: CodexAccess) => CodexTurn },
  task: AgentTask,
  sink: AgentSink,
): AgentRun {
  if (boxed === null) return endedRun(bareEnd('spawn_failed', 'This worker starts no containers.'));
  if ('refusal' in boxed) return endedRun(bareEnd('auth_failed', boxed.refusal));
  return startBoxedTurn(boxed, { ...turn, outside: env }, task, sink);
}

function whyNotPossible({ options, box }: AgentTask): string | null {
  return box === undefined && options.permission_mode === 'bypassPermissions' && process.getuid?.() === 0
    ? 'The permission mode "bypassPermissions" is never used as root; run the worker as an ordinary user.'
    : null;
}
