import { toolOf, type PromptOptions } from '@cc-executor/contracts';
import { fileURLToPath } from 'node:url';
import {
  bareEnd,
  endedRun,
  type Agent,
  type AgentEnd,
  type AgentRun,
  type AgentSink,
  type AgentTask,
  type Pause,
  type StopCause,
} from '../agent.ts';
import { attemptEnvironment, commandEnvironment } from '../environment.ts';
import { Drain } from '../launch/drain.ts';
import type { Exit, Launch, LaunchedProcess } from '../launch/launch.ts';
import { leftWarning } from '../launch/left-process.ts';
import { Tail } from '../launch/tail.ts';
import { SPEC_DESCRIPTOR, type CallEnd, type CallSpec } from './call/spec.ts';
import { Lines } from './lines.ts';

export interface ToolAgentOptions {
  launch: Launch;
  /** If not null: only these programs may be started as servers. */
  allowedCommands: readonly string[] | null;
  /** The environment of the worker. */
  env: Readonly<Record<string, string>>;
  /** The names of credentials in it that every server may see. */
  passedCredentials: readonly string[];
  /** How long a process has between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
}

const PROGRAM = fileURLToPath(new URL('./call/main.ts', import.meta.url));
/** The largest message of a server, in bytes. */
const MOST_BYTES = 16 * 1024 * 1024;
const START_SECONDS = 60;
/** How long the process has to exit after it has reported its end, in milliseconds. */
const EXIT_MS = 15_000;

/** Runs calls of tools, each in a new process that starts or calls the MCP server. */
export function toolAgent(options: ToolAgentOptions): Agent {
  return { name: 'tool', canResume: null, start: (task, sink) => startCall(options, task, sink) };
}

function startCall(options: ToolAgentOptions, task: AgentTask, sink: AgentSink): AgentRun {
  const { server: serverName, name: tool, arguments: given } = toolOf(task.text);
  const server = task.options.mcp_servers?.[serverName];
  if (server === undefined)
    return endedRun(bareEnd('mcp_failed', `There is no server ${serverName} in its mcp_servers.`));
  if (task.box !== undefined)
    return endedRun(
      bareEnd('spawn_failed', 'Its list asks for a container, in which no tool can be called yet.'),
    );
  const { command } = server;
  const { NODE_COMPILE_CACHE: cache } = options.env;
  if (command !== undefined && options.allowedCommands?.includes(command) === false)
    return endedRun(
      bareEnd(
        'not_allowed',
        `"${command}" is not one of ALLOWED_COMMANDS (${options.allowedCommands.join(', ')}).`,
      ),
    );
  const spec: CallSpec = {
    serverName,
    server,
    tool,
    arguments: given,
    mostBytes: MOST_BYTES,
    startSeconds: START_SECONDS,
  };
  const child = options.launch({
    command: process.execPath,
    args: [PROGRAM],
    cwd: task.cwd,
    cwdIsReal: true,
    env: {
      ...attemptEnvironment(environmentOf(options, task.options), task),
      // Of our process alone; the server does not get them.
      NODE_USE_ENV_PROXY: '1',
      ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }),
    },
    stdin: 'none',
    secret: { text: JSON.stringify(spec), variable: SPEC_DESCRIPTOR },
  });
  let cause: StopCause | undefined;
  return {
    ended: new Call(child, sink, options.graceMs, () => cause).run(task.text),
    stop(because) {
      cause ??= because;
      child.end(options.graceMs).catch(() => undefined);
    },
    pause: () => {
      child.pause().catch(() => undefined);
    },
    resume: () => {
      child.resume().catch(() => undefined);
    },
  };
}

function environmentOf(
  { env, passedCredentials }: ToolAgentOptions,
  { env: own, pass_env: passed = [] }: PromptOptions,
): Record<string, string> {
  return { ...commandEnvironment(env, [...passedCredentials, ...passed]), ...own };
}

class Call {
  readonly #child: LaunchedProcess;
  readonly #sink: AgentSink;
  readonly #graceMs: number;
  readonly #cause: () => StopCause | undefined;
  readonly #stderr = new Tail();
  readonly #text: string[] = [];
  /** The end that the process reported, unless it was stopped before. */
  #end: CallEnd | undefined;
  #exitTimer: NodeJS.Timeout | undefined;

  constructor(child: LaunchedProcess, sink: AgentSink, graceMs: number, cause: () => StopCause | undefined) {
    this.#child = child;
    this.#sink = sink;
    this.#graceMs = graceMs;
    this.#cause = cause;
  }

  async run(text: string): Promise<AgentEnd> {
    const child = this.#child;
    const lines = new Lines((line) => this.#take(line));
    const streams = [
      new Drain(child.stdout, (chunk) => lines.write(chunk)),
      new Drain(child.stderr, (chunk) => {
        this.#stderr.add(chunk);
        return this.#sink.output('stderr', chunk);
      }),
    ];
    let started;
    try {
      started = await child.started;
    } catch (error) {
      return bareEnd('spawn_failed', `The call could not be started: ${(error as Error).message}.`);
    }
    try {
      this.#sink.given({ text, systemPrompt: null });
      await this.#sink.event(started);
      const exit = await child.exited;
      const stopped = this.#cause();
      const left = await child.end(this.#graceMs);
      await Promise.all(streams.map((stream) => stream.finish()));
      if (left.length > 0) await this.#sink.event({ type: 'task.warning', data: leftWarning(left) });
      return this.#endOf(exit, stopped);
    } finally {
      clearTimeout(this.#exitTimer);
      // Also if the sink throws: nothing may keep running unobserved.
      await child.end(this.#graceMs);
    }
  }

  #take(line: string): Pause {
    const json = line.slice(1);
    switch (line[0]) {
      case 'n': {
        const { kind, raw } = JSON.parse(json) as { kind: string; raw: unknown };
        if (kind !== 'alive') return this.#sink.event({ type: 'agent.message', data: { kind, raw } });
        this.#sink.alive();
        return undefined;
      }
      case 'm':
        return this.#sink.message(json);
      case 't': {
        const piece = JSON.parse(json) as string;
        this.#text.push(piece);
        return this.#sink.output('stdout', Buffer.from(piece));
      }
      case 'e':
        // What is stopped before its end has no end of its own.
        if (this.#cause() !== undefined) return undefined;
        this.#end = JSON.parse(json) as CallEnd;
        this.#exitTimer = setTimeout(() => {
          this.#child.end(this.#graceMs).catch(() => undefined);
        }, EXIT_MS);
        return undefined;
      default:
        return undefined;
    }
  }

  #endOf({ code, signal, because }: Exit, cause: StopCause | undefined): AgentEnd {
    if (this.#end !== undefined) {
      const { outcome, message, json, version } = this.#end;
      const isDone = outcome === 'completed';
      return {
        ...bareEnd(outcome, this.#withStderr(message, outcome)),
        result: isDone ? this.#text.join('') : null,
        json,
        agent_version: version,
      };
    }
    if (cause) return bareEnd(cause, null);
    if (because) return bareEnd(because.outcome, because.message);
    const how = signal === null ? `with exit code ${String(code)}` : `by ${signal}`;
    return bareEnd('agent_crashed', `The process that makes the call ended ${how} and reported no end.`);
  }

  /** A server that ended or did not start says why on its stderr. */
  #withStderr(message: string | null, outcome: CallEnd['outcome']): string | null {
    const last = this.#stderr.toString().split('\n').at(-1)?.trim() ?? '';
    return outcome === 'mcp_failed' && message !== null && last !== ''
      ? `${message} Its last line on stderr: ${last.slice(0, 300)}`
      : message;
  }
}
