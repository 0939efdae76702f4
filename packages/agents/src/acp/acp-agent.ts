import type { AcpAgent, OutcomeCode, PromptOptions } from '@cc-executor/contracts';
import { findProgram } from '@cc-executor/service-kit';
import { fileURLToPath } from 'node:url';
import { bareEnd, endedRun, type Agent, type AgentRun, type AgentSink, type AgentTask } from '../agent.ts';
import { textFor } from '../claude/conversation.ts';
import { instructionsOf } from '../codex/thread.ts';
import { attemptEnvironment } from '../environment.ts';
import { lateRun } from '../launch/late-run.ts';
import type { Launch } from '../launch/launch.ts';
import { startBoxedLines } from '../lines/boxed-lines.ts';
import { startLines } from '../lines/start-lines.ts';
import { conversationFile, conversationIn } from '../turns/conversation-file.ts';
import { followTurn, promptEnvironment } from '../turns/follow-turn.ts';
import { jsonOf } from '../turns/spec.ts';
import type { AcpSpec, PermissionLevel } from './call/spec.ts';
import { acpProgram, boxedAcpProgram, type AcpPlaces, type NoProgram } from './programs.ts';

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
  /** How agents run in containers; null: this worker starts none. Default: null. */
  boxed?: BoxedAcp | null;
}

/** How agents run in containers, where they have all that they use. */
export interface BoxedAcp {
  launch: Launch;
  /** The variables of the worker that are passed on. */
  env: Readonly<Record<string, string>>;
  /**
   * Puts an installed program, and a home folder of an execution, where its containers see them. Returns the command line of the
   * program and the path of the folder, as they are there. `program`: null is one of the image.
   */
  place: (
    program: string | null,
    executionId: string,
  ) => Promise<{ command: readonly string[]; home: string }>;
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
  if (task.box !== undefined) return startInBox(options, acp, task, sink);
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

/** The agent runs in the container of its task, and the process that talks to it outside. */
function startInBox(
  { boxed = null, places, homes, startMs, launch, graceMs, env: workerEnv }: AcpOptions,
  asked: AcpAgent,
  task: AgentTask,
  sink: AgentSink,
): AgentRun {
  if (boxed === null) return endedRun(bareEnd('spawn_failed', 'This worker starts no containers.'));
  const found = boxedAcpProgram(asked, places);
  if ('why' in found) return endedRun(bareEnd(WHY[found.why], found.message));
  const instructions = instructionsOf(task.options, false);
  const { program, args, env: own, passEnv } = found;
  const spec = {
    // A server of the list is a program of the image.
    ...specOf(
      { program: 'installed' in program ? program.installed : program.command, args, env: {}, files: false },
      task,
      { instructions, path: null },
    ),
    conversationFile: conversationFile(homes, task.executionId, task.session?.id ?? ''),
    startMs,
  };
  const { pass_env: passed = [], env: ofTask } = task.options;
  const names = new Set([...passed, ...passEnv]);
  const given = Object.entries(workerEnv).filter(([name, value]) => value !== '' && names.has(name));
  return lateRun(
    async () => {
      const { command, home } = await boxed.place(
        'installed' in program ? program.installed : null,
        task.executionId,
      );
      const [first = '', ...more] = 'installed' in program ? command : [program.command];
      const env = { ...boxed.env, ...own, HOME: home, ...Object.fromEntries(given), ...ofTask };
      return startBoxedLines(
        {
          launch,
          graceMs,
          program: ACP_CALL,
          task,
          workerEnv,
          env: promptEnvironment(workerEnv, {}),
          specOf: (socket) => ({ ...spec, socket }) satisfies AcpSpec,
          start: () =>
            boxed.launch({
              command: first,
              args: [...more, ...args],
              cwd: task.cwd,
              cwdIsReal: true,
              env: attemptEnvironment(env, task),
              stdin: 'pipe',
              box: task.box === undefined ? null : { ...task.box, agent: true },
            }),
        },
        sink,
        async (running) => await followTurn({ ...spec, instructions }, task, workerEnv, running),
      );
    },
    () => undefined,
  );
}

function specOf(
  { program, args, env, files }: Pick<AcpSpec, 'program' | 'args' | 'env' | 'files'>,
  task: AgentTask,
  { instructions, path }: { instructions: string | null; path: string | null | undefined },
): Omit<AcpSpec, 'conversationFile' | 'startMs'> {
  const { model = null, extra_dirs: extraDirs = [], mcp_servers: named = {}, on_denied } = task.options;
  // The protocol wants the path of a program; where that is in an image is not known.
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

function programOf({ command }: { command?: string | undefined }, path: string | null | undefined) {
  if (command === undefined || path === null) return {};
  return { command: command.includes('/') ? command : (findProgram([command], path) ?? command) };
}

function whyNotPossible({ options, box }: AgentTask): string | null {
  return box === undefined && options.permission_mode === 'bypassPermissions' && process.getuid?.() === 0
    ? 'The permission mode "bypassPermissions" is never used as root; run the worker as an ordinary user.'
    : null;
}

function leaveOf({ permission_mode: mode }: PromptOptions): PermissionLevel {
  if (mode === 'plan') return 'plan';
  return mode === 'bypassPermissions' ? 'all' : 'work';
}
