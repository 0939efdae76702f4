import { existsSync, openSync, readSync, closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bareEnd, endedRun, type AgentRun, type AgentSink, type AgentTask } from '../agent.ts';
import { attemptEnvironment } from '../environment.ts';
import { runWithWay } from '../launch/late-run.ts';
import type { Launch } from '../launch/launch.ts';
import { startBoxedLines } from '../lines/boxed-lines.ts';
import { followTurn, promptEnvironment } from '../turns/follow-turn.ts';
import { accessTo, codexServer, type CodexAccess } from './access.ts';
import type { CodexSpec, CodexTurn } from './call/spec.ts';
import { instructionsOf } from './thread.ts';

/** The process that talks to Codex. */
export const CODEX_CALL = fileURLToPath(new URL('./call/main.ts', import.meta.url));

/** The routes of OpenAI's API that Codex uses. */
const PATHS: ReadonlySet<string> = new Set(['/responses', '/responses/compact']);

/** How Codex runs in containers, in which it reaches its model with what stands for the key. */
export interface BoxedCodex {
  launch: Launch;
  /** The variables of the worker that are passed on. */
  env: Readonly<Record<string, string>>;
  /** The address of the model there. */
  url: string;
  /** Opens the way of one agent: what it is let through with, and the path of a socket as its container sees it, until `close`. */
  open: (
    box: NonNullable<AgentTask['box']>,
  ) => Promise<{ token: string; socket: string; close: () => Promise<void> }>;
  /**
   * Puts a program and a folder for the files of an execution where its containers see them. Returns the command line of that
   * program, which finds its model by a socket, and the path of the folder, as they are there.
   */
  place: (
    program: string,
    executionId: string,
    socket: string,
  ) => Promise<{ command: readonly [string, ...string[]]; home: string }>;
}

/** Returns the model of Codex for a relay that has the key; null: there is no key, and a login cannot be used from outside. */
export function codexModel(env: Readonly<Record<string, string | undefined>>): {
  url: string;
  headers: Readonly<Record<string, string>>;
  paths: ReadonlySet<string>;
} | null {
  const server = codexServer(env);
  return server && { url: server.url, headers: { authorization: `Bearer ${server.key}` }, paths: PATHS };
}

interface BoxedTurn {
  /** Starts the process that talks to Codex. */
  launch: Launch;
  program: string;
  /** The turn, by how Codex reaches its model. */
  turnOf: (access: CodexAccess) => CodexTurn;
  requestTimeoutMs: number;
  graceMs: number;
  /** The environment of the worker, of which a task gets what its `pass_env` names. */
  outside: Readonly<Record<string, string>>;
}

/** Runs a turn of Codex in the container of its task, and the process that talks to it outside. */
export function startBoxedTurn(
  boxed: BoxedCodex,
  { launch, program, turnOf, requestTimeoutMs, graceMs, outside }: BoxedTurn,
  task: AgentTask,
  sink: AgentSink,
): AgentRun {
  const refusal = whyNotBoxed(program, task);
  if (refusal !== null) return endedRun(bareEnd('spawn_failed', refusal));
  const { options, box } = task;
  if (box === undefined) return endedRun(bareEnd('spawn_failed', 'This task has no container.'));
  const passed = Object.entries(outside).filter(([name]) => options.pass_env?.includes(name));
  return runWithWay(
    async () => await boxed.open(box),
    async (way) => {
      const turn = turnOf(accessTo({ url: boxed.url, key: way.token }, requestTimeoutMs));
      const { command, home } = await boxed.place(program, task.executionId, way.socket);
      const [first, ...args] = command;
      const own = { ...boxed.env, ...Object.fromEntries(passed), ...options.env };
      return startBoxedLines(
        {
          launch,
          graceMs,
          program: CODEX_CALL,
          task,
          workerEnv: outside,
          env: promptEnvironment(outside, {}),
          specOf: (socket) => ({ ...turn, socket }) satisfies CodexSpec,
          start: () =>
            boxed.launch({
              command: first,
              args: [...args, 'app-server'],
              cwd: task.cwd,
              cwdIsReal: true,
              env: { ...attemptEnvironment(own, task), CODEX_HOME: home },
              stdin: 'pipe',
              box: { ...box, agent: true },
            }),
        },
        sink,
        async (running) =>
          await followTurn({ ...turn, instructions: instructionsOf(options, true) }, task, outside, running),
      );
    },
  );
}

function whyNotBoxed(program: string, { options }: AgentTask): string | null {
  // In a container its own sandbox has no namespaces, and nothing else there keeps it from writing.
  if (options.permission_mode === 'plan')
    return 'Codex can\'t be kept from writing in a container: the permission mode "plan" is for processes.';
  return isScript(program)
    ? `In a container Codex has to be its program itself, and ${program} is a script that starts it: run "cc-executor agents install codex", or name the program in CC_EXECUTOR_CODEX.`
    : null;
}

function isScript(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(2);
    readSync(file, start);
    return start.toString() === '#!';
  } finally {
    closeSync(file);
  }
}
