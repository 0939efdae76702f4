import type { AgentEnd, AgentRun, AgentSink, AgentTask } from '../agent.ts';
import { attemptVariables, lastingEnvironment } from '../environment.ts';
import type { Launch } from '../launch/launch.ts';
import { processRun } from '../launch/process-run.ts';
import type { LineProcess } from './run-lines.ts';

/** A process of ours that makes one call, and its job. */
export interface LineProgram {
  launch: Launch;
  /** The time between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
  /** The program, as a path; this Node runs it. */
  program: string;
  task: AgentTask;
  /** The environment of the worker. */
  workerEnv: Readonly<Record<string, string>>;
  /** The variables that the process receives. */
  env: Readonly<Record<string, string>>;
  /** The job of the program, as JSON has it. */
  spec: unknown;
}

/** Starts a process of ours that makes one call and prints lines. `endOf` follows it to its end. */
export function startLines(
  { launch, graceMs, program, task, workerEnv, env, spec }: LineProgram,
  sink: AgentSink,
  endOf: (running: LineProcess) => Promise<AgentEnd>,
): AgentRun {
  const { NODE_COMPILE_CACHE: cache } = workerEnv;
  const child = launch({
    command: process.execPath,
    args: [program],
    cwd: task.cwd,
    env: {
      ...lastingEnvironment(env),
      // Of our process alone; what it starts does not get them.
      NODE_USE_ENV_PROXY: '1',
      ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }),
    },
    stdin: 'none',
    work: { variables: attemptVariables(task), spec },
  });
  return processRun(
    child,
    () => graceMs,
    async (cause) => await endOf({ child, sink, graceMs, cause }),
  );
}
