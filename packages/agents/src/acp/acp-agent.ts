import type { OutcomeCode, PromptOptions } from '@cc-executor/contracts';
import { findProgram } from '@cc-executor/service-kit';
import { fileURLToPath } from 'node:url';
import { bareEnd, endedRun, type Agent, type AgentRun, type AgentSink, type AgentTask } from '../agent.ts';
import { textFor } from '../claude/conversation.ts';
import { instructionsOf } from '../codex/thread.ts';
import type { Launch } from '../launch/launch.ts';
import { startLines } from '../lines/start-lines.ts';
import { conversationFile, conversationIn } from '../turns/conversation-file.ts';
import { followTurn, promptEnvironment } from '../turns/follow-turn.ts';
import { jsonOf } from '../turns/spec.ts';
import type { AcpSpec, Leave } from './call/spec.ts';
import { acpProgram, type AcpPlaces, type NoProgram } from './programs.ts';

export interface AcpOptions {
  launch: Launch;
  /** The environment of the worker. */
  env: Readonly<Record<string, string>>;
  places: AcpPlaces;
  /** The folder in which each execution has a folder for the ids of its sessions. */
  homes: string;
  /** How long an agent has for its first answer, in milliseconds. */
  startMs: number;
  /** How long a process has between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
}

/** The process that talks to an agent of the protocol. */
export const ACP_CALL = fileURLToPath(new URL('./call/main.ts', import.meta.url));

const WHY: Readonly<Record<NoProgram['why'], OutcomeCode>> = {
  not_installed: 'spawn_failed',
  not_allowed: 'not_allowed',
  unknown: 'spawn_failed',
  faulty: 'spawn_failed',
};

/** Runs prompts by any program that speaks the Agent Client Protocol, each in a new process. */
export function acpAgent(options: AcpOptions): Agent {
  return {
    name: 'acp',
    canResume: async (executionId, sessionId) =>
      (await conversationIn(conversationFile(options.homes, executionId, sessionId))) !== null,
    start: (task, sink) => startTurn(options, task, sink),
  };
}

function startTurn(options: AcpOptions, task: AgentTask, sink: AgentSink): AgentRun {
  const { acp } = task.options;
  if (acp === undefined) return endedRun(bareEnd('spawn_failed', 'It names no program in `acp`.'));
  const refusal = whyNotPossible(task);
  if (refusal !== null) return endedRun(bareEnd('spawn_failed', refusal));
  const found = acpProgram(acp, options.places);
  if ('why' in found) return endedRun(bareEnd(WHY[found.why], found.message));
  const instructions = instructionsOf(task.options, false);
  const spec: AcpSpec = {
    ...specOf(found, task, { instructions, path: options.places.path }),
    conversationFile: conversationFile(options.homes, task.executionId, task.session?.id ?? ''),
    startMs: options.startMs,
  };
  const { launch, graceMs, env: workerEnv } = options;
  const { pass_env: passed = [] } = task.options;
  const env = promptEnvironment(workerEnv, { ...task.options, pass_env: [...passed, ...found.passEnv] });
  return startLines(
    { launch, graceMs, program: ACP_CALL, task, workerEnv, env, spec },
    sink,
    async (running) => await followTurn({ ...spec, instructions }, task, workerEnv, running),
  );
}

function specOf(
  { program, args, env, files }: Pick<AcpSpec, 'program' | 'args' | 'env' | 'files'>,
  task: AgentTask,
  { instructions, path }: { instructions: string | null; path: string | undefined },
): Omit<AcpSpec, 'conversationFile' | 'startMs'> {
  const { model = null, extra_dirs: extraDirs = [], mcp_servers: named = {}, on_denied } = task.options;
  // The protocol wants the path of a program.
  const servers = Object.fromEntries(
    Object.entries(named).map(([name, server]) => [name, { ...server, ...programOf(server, path) }]),
  );
  return {
    program,
    args,
    env,
    files,
    cwd: task.cwd,
    extraDirs,
    leave: leaveOf(task.options),
    model,
    servers,
    instructions,
    isProbe: false,
    isResumed: task.session?.resumed === true,
    prompt: textFor(task),
    json: jsonOf(task.options),
    failsOnDenial: on_denied === 'fail',
  };
}

function programOf({ command }: { command?: string | undefined }, path: string | undefined) {
  if (command === undefined) return {};
  return { command: command.includes('/') ? command : (findProgram([command], path) ?? command) };
}

function whyNotPossible({ options, box }: AgentTask): string | null {
  if (box !== undefined)
    return 'Its list sets isolation to container, in which agents of the Agent Client Protocol cannot run yet.';
  return options.permission_mode === 'bypassPermissions' && process.getuid?.() === 0
    ? 'The permission mode "bypassPermissions" is never used as root; run the worker as an ordinary user.'
    : null;
}

function leaveOf({ permission_mode: mode }: PromptOptions): Leave {
  if (mode === 'plan') return 'plan';
  return mode === 'bypassPermissions' ? 'all' : 'work';
}
