import { toolOf, type PromptOptions } from '@cc-executor/contracts';
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
import { capRaw } from '../cap.ts';
import { attemptEnvironment } from '../environment.ts';
import { startByWay, type ByWay } from '../launch/by-way.ts';
import type { Launch } from '../launch/launch.ts';
import { startBoxedLines } from '../lines/boxed-lines.ts';
import { withStderr } from '../lines/last-line.ts';
import { runLines, type LineProcess } from '../lines/run-lines.ts';
import { startLines } from '../lines/start-lines.ts';
import type { CallEnd, CallSpec } from './call/spec.ts';

/** How servers run in containers, and calls of others reach what a container would. */
interface BoxedTools extends ByWay {
  launch: Launch;
  /** The variables of the worker that are passed on. */
  env: Readonly<Record<string, string>>;
}

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
  /** How servers run in containers; null: this worker starts none. Default: null. */
  boxed?: BoxedTools | null;
}

const PROGRAM = fileURLToPath(new URL('./call/main.ts', import.meta.url));
/** The largest message of a server, in bytes. */
const MOST_BYTES = 16 * 1024 * 1024;
const START_SECONDS = 60;

/** Runs calls of tools, each in a new process that starts or calls the MCP server. */
export function toolAgent(options: ToolAgentOptions): Agent {
  return { name: 'tool', canResume: null, start: (task, sink) => startCall(options, task, sink) };
}

function startCall(options: ToolAgentOptions, task: AgentTask, sink: AgentSink): AgentRun {
  const { server: serverName, name: tool, arguments: given } = toolOf(task.text);
  const server = task.options.mcp_servers?.[serverName];
  if (server === undefined)
    return endedRun(bareEnd('mcp_failed', `There is no server ${serverName} in its mcp_servers.`));
  const { command } = server;
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
  if (task.box !== undefined) return startInBox(options, { task, spec }, sink);
  const { launch, graceMs, env: workerEnv } = options;
  const env = environmentOf(options, task.options);
  return startLines(
    { launch, graceMs, program: PROGRAM, task, workerEnv, env, spec },
    sink,
    async (running) => await endOf(task.text, running),
  );
}

/** A server that is started runs in the container of its task; one with an address is reached by the way of that. */
function startInBox(
  { boxed = null, launch, graceMs, env: workerEnv }: ToolAgentOptions,
  { task, spec }: { task: AgentTask; spec: CallSpec },
  sink: AgentSink,
): AgentRun {
  if (boxed === null) return endedRun(bareEnd('spawn_failed', 'This worker starts no containers.'));
  const { command, args = [], env: own, url = '' } = spec.server;
  const call = { launch, graceMs, program: PROGRAM, task, workerEnv, env: commandEnvironment(workerEnv) };
  const follow = async (running: LineProcess) => await endOf(task.text, running);
  if (command === undefined)
    return startByWay(boxed, task, url, (proxy) =>
      startLines({ ...call, spec: { ...spec, proxy } }, sink, follow),
    );
  const { env: ofTask, pass_env: passed = [] } = task.options;
  const given = Object.entries(workerEnv).filter(([name]) => passed.includes(name));
  const env = { ...boxed.env, ...Object.fromEntries(given), ...ofTask, ...own };
  const start = () =>
    boxed.launch({
      command,
      args,
      cwd: task.cwd,
      cwdIsReal: true,
      env: attemptEnvironment(env, task),
      stdin: 'pipe',
      box: task.box ?? null,
    });
  return startBoxedLines({ ...call, specOf: (socket) => ({ ...spec, socket }), start }, sink, follow);
}

function environmentOf(
  { env, passedCredentials }: ToolAgentOptions,
  { env: own, pass_env: passed = [] }: PromptOptions,
): Record<string, string> {
  return { ...commandEnvironment(env, [...passedCredentials, ...passed]), ...own };
}

async function endOf(text: string, running: LineProcess): Promise<AgentEnd> {
  const { sink } = running;
  const parts: string[] = [];
  const { reported, failure, stderr } = await runLines<CallEnd>(
    { ...running, given: { text, systemPrompt: null } },
    {
      n: (json) => {
        const { kind, raw } = JSON.parse(json) as { kind: string; raw: unknown };
        if (kind !== 'alive') return sink.event({ type: 'agent.message', data: { kind, raw: capRaw(raw) } });
        sink.alive();
        return undefined;
      },
      t: (json) => {
        const part = JSON.parse(json) as string;
        parts.push(part);
        return sink.output('stdout', Buffer.from(part));
      },
    },
  );
  if (reported === null) return failure;
  const { outcome, message, json, version } = reported;
  return {
    ...bareEnd(outcome, outcome === 'mcp_failed' && message !== null ? withStderr(message, stderr) : message),
    result: outcome === 'completed' ? parts.join('') : null,
    json,
    agent_version: version,
  };
}
