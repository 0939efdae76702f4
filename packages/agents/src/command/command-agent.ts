import { constants } from 'node:os';
import {
  bareEnd,
  endedRun,
  type Agent,
  type AgentEnd,
  type AgentRun,
  type AgentSink,
  type AgentTask,
  type StopCause,
} from '../agent.ts';
import { type Exit, type Launch, type LaunchedProcess, NotStartedError } from '../launch/launch.ts';
import { processRun } from '../launch/process-run.ts';
import { attemptEnvironment } from '../environment.ts';
import { programOf, refusalOf } from '@cc-executor/task-rules/command-line';
import { Drain } from '../launch/drain.ts';
import { withFirst, type ClaudeForCommands } from './claude-for-commands.ts';
import { leftWarning } from '../launch/left-process.ts';

/** Nobody waits for what a cancelled command would still do: its longest time after SIGTERM, in milliseconds. */
const CANCELLED_MS = 2000;

export interface CommandAgentOptions {
  launch: Launch;
  /** The path of the shell, which runs `shell -c <command>`. */
  shell: string;
  /** If not null: no shell, and only these programs. */
  allowedCommands: readonly string[] | null;
  /** The environment of commands, without our secrets. */
  env: Readonly<Record<string, string>>;
  /** The same for those in a container, to which the image adds its own. */
  boxEnv?: Readonly<Record<string, string>>;
  /** Puts a `claude` on the PATH of commands; null: they have only their environment. */
  claude?: ClaudeForCommands | null;
  /** How long a process has between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
}

/** Runs a command in the shell that an image has: bash, or else sh. The text is an argument and not a part of this. */
const BASH_OR_SH = 'if command -v bash >/dev/null 2>&1; then exec bash -c "$1"; else exec sh -c "$1"; fi';

/** Runs command tasks, each in a new shell or, with allowed commands, as a program without a shell. */
export function commandAgent(options: CommandAgentOptions): Agent {
  return { name: 'command', canResume: null, start: (task, sink) => startCommand(options, task, sink) };
}

function startCommand(options: CommandAgentOptions, task: AgentTask, sink: AgentSink): AgentRun {
  const line = options.allowedCommands
    ? programOf(task.text)
    : task.box
      ? { program: '/bin/sh', args: ['-c', BASH_OR_SH, 'sh', task.text] }
      : { program: options.shell, args: ['-c', task.text] };
  const refusal = options.allowedCommands && refusalOf(task.text, options.allowedCommands);
  if (refusal) return endedRun(bareEnd('not_allowed', `${refusal}.`));
  // In a container there is no way to the relay.
  const claude = task.box ? null : (options.claude?.start(task.executionId) ?? null);
  const env = attemptEnvironment(task.box ? (options.boxEnv ?? {}) : options.env, task);
  const child = options.launch({
    command: line.program,
    args: line.args,
    cwd: task.cwd,
    cwdIsReal: true,
    env: claude === null ? env : withFirst({ ...env, ...claude.variables }, claude.directory),
    stdin: 'none',
    box: task.box ?? null,
  });
  const shell = options.allowedCommands === null ? line.program : null;
  return processRun(
    child,
    (because) => (because === 'cancelled' ? Math.min(CANCELLED_MS, options.graceMs) : options.graceMs),
    async (cause) =>
      await run(child, { text: task.text, cwd: task.cwd, shell }, sink, options, cause).finally(() =>
        claude?.close(),
      ),
  );
}

async function run(
  child: LaunchedProcess,
  { text, cwd, shell }: { text: string; cwd: string; shell: string | null },
  sink: AgentSink,
  { graceMs }: CommandAgentOptions,
  cause: () => StopCause | undefined,
): Promise<AgentEnd> {
  // Output can arrive together with the report of the start.
  const announced = Promise.withResolvers<void>();
  const streams = (['stdout', 'stderr'] as const).map(
    (name) => new Drain(child[name], (chunk) => sink.output(name, chunk), announced.promise),
  );
  let started;
  try {
    started = await child.started;
  } catch (error) {
    return bareEnd('spawn_failed', whyNotStarted(error, { cwd, shell }));
  }
  try {
    sink.given({ text, systemPrompt: null });
    await sink.event(started);
    announced.resolve();
    const exit = await child.exited;
    // Decided here: a process that is stopped after its own end has still ended by itself.
    const stopped = cause();
    const left = await child.end(graceMs);
    await Promise.all(streams.map((stream) => stream.finish()));
    if (left.length > 0) await sink.event({ type: 'task.warning', data: leftWarning(left) });
    return endOf(exit, stopped);
  } finally {
    // Also if the sink throws: nothing may keep running unobserved.
    await child.end(graceMs);
  }
}

function endOf({ code, signal, because, note }: Exit, cause: StopCause | undefined): AgentEnd {
  const end = (outcome: AgentEnd['outcome'], message: string | null): AgentEnd => ({
    ...bareEnd(outcome, message),
    exit_code: code,
    signal,
  });
  if (cause) return end(cause, null);
  if (because) return end(because.outcome, because.message);
  if (signal)
    return end('signalled', `The process was ended by ${signal} (${String(constants.signals[signal])}).`);
  return code === 0
    ? end('completed', null)
    : end(
        'nonzero_exit',
        `The command ended with exit code ${String(code)}.${note === null ? '' : ` ${note}`}`,
      );
}

/** Returns why a command was not started, and what to do. `shell`: its path; null: it needs none. */
function whyNotStarted(error: unknown, { cwd, shell }: { cwd: string; shell: string | null }): string {
  const missing = error instanceof NotStartedError ? error.missing : null;
  if (missing === 'folder') return `The directory ${cwd} does not exist.`;
  if (missing === 'program' && shell !== null)
    return `The shell ${shell} does not exist any more: install it again, or name another one in CC_EXECUTOR_SHELL.`;
  return `The process could not be started: ${(error as Error).message}.`;
}
