import {
  acpAgent,
  claudeAgent,
  claudeAnywhere,
  codexAgent,
  codexExecutable,
  commandAgent,
  configDirectoryOf,
  modelAgent,
  toolAgent,
  type AcpPlaces,
  type ClaudeOptions,
} from '@cc-executor/agents';
import { PROXY_SOCKET, wayFolder } from '@cc-executor/sandbox/protocol';
import { commandEnvironment, type StartContext } from '@cc-executor/service-kit';
import { join } from 'node:path';
import type { WorkerConfig } from '../config.ts';
import type { RunPorts } from '../ports.ts';
import { boxedAcp } from './boxed-acp.ts';
import { placeForwarder } from './box-programs.ts';
import { openBoxedClaude } from './boxed-claude.ts';
import { openBoxedCodex } from './boxed-codex.ts';
import { openCommandClaude } from './command-claude.ts';
import type { Processes } from './open-processes.ts';

/** The variables of the worker's environment in a container. */
const LOCALE = /^(LANG|LANGUAGE|LC_.*|TZ|TERM)$/;

/** How long a process has between SIGTERM and SIGKILL, in milliseconds. */
export const GRACE_MS = 5000;

/** Some agents take seconds to start; a busy machine makes that a minute. */
const ACP_START_MS = 120_000;

/** The agents of a worker, and what is asked about them beside their runs. */
export interface OpenAgents {
  /** By their names in task lists. */
  agents: RunPorts['agents'];
  /** How Claude Code is started. */
  claude: ClaudeOptions;
  /** Looks for the program of Codex, each time: it may be installed while the worker runs. */
  findCodex: () => string | null;
  /** The places in which programs of the Agent Client Protocol are searched each time. */
  acpPlaces: AcpPlaces;
  /** Removes what attempts of an execution have left whose worker died. Never rejects. */
  clear: (executionId: string) => Promise<void>;
}

/** Opens every kind of agent, in processes and, where there is a launcher, in containers. */
export async function openAgents(
  { config, onClose }: StartContext<WorkerConfig>,
  { launcher, boxes, user }: Processes,
  { env, dataDirectory }: { env: Readonly<Record<string, string>>; dataDirectory: string },
): Promise<OpenAgents> {
  const { launch } = launcher;
  // Our own processes beside attempts load what is compiled already.
  const callEnv = { NODE_COMPILE_CACHE: join(dataDirectory, 'compiled'), ...env };
  const requestTimeoutMs = requestTimeoutFor(config.STREAM_TIMEOUT);
  const findCodex = () =>
    codexExecutable({
      own: config.CC_EXECUTOR_CODEX ?? null,
      installed: join(dataDirectory, 'agents'),
      path: env['PATH'],
    });
  const claude = {
    launch,
    baseEnv: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
    claudeExecutable: config.CC_EXECUTOR_CLAUDE ?? null,
    configDirectory: configDirectoryOf(env, join(dataDirectory, 'claude')),
    requestTimeoutMs,
    backgroundWaitMs: config.CC_EXECUTOR_BACKGROUND_WAIT * 1000,
    graceMs: GRACE_MS,
  };
  const socket = config.CC_EXECUTOR_LAUNCHER_SOCKET;
  const boxedClaude =
    socket === undefined || boxes === null
      ? null
      : await openBoxedClaude({ ...claude, launch: boxes.launch }, socket, { config, onClose });
  const locale = Object.fromEntries(
    Object.entries(commandEnvironment(env)).filter(([name]) => LOCALE.test(name)),
  );
  if (socket !== undefined && config.CC_EXECUTOR_EGRESS_SOCKET !== undefined)
    await placeForwarder(socket, env['PATH']);
  const acpPlaces: AcpPlaces = {
    entries: join(dataDirectory, 'agents.json'),
    installed: join(dataDirectory, 'agents'),
    path: env['PATH'],
    allowedCommands: config.ALLOWED_COMMANDS ?? null,
  };
  const codex = codexAgent({
    launch,
    env: callEnv,
    executable: findCodex,
    homes: join(dataDirectory, 'codex'),
    requestTimeoutMs,
    network: config.CC_EXECUTOR_CODEX_NETWORK,
    graceMs: GRACE_MS,
    boxed:
      socket === undefined || boxes === null
        ? null
        : await openBoxedCodex({ launch: boxes.launch, env, locale, user }, socket, { config, onClose }),
  });
  const proxyOf = (way: string) =>
    join(wayFolder(config.CC_EXECUTOR_EGRESS_SOCKET ?? '/', way), PROXY_SOCKET);
  const agents = {
    command: commandAgent({
      launch: (spec) => (spec.box && boxes ? boxes : launcher).launch(spec),
      boxEnv: locale,
      shell: config.CC_EXECUTOR_SHELL,
      allowedCommands: config.ALLOWED_COMMANDS ?? null,
      env: commandEnvironment(env, config.CC_EXECUTOR_COMMAND_CREDENTIALS),
      claude: await openCommandClaude(claude, { config, dataDirectory }, onClose),
      graceMs: GRACE_MS,
    }),
    claude: claudeAnywhere(claudeAgent(claude), boxedClaude),
    codex,
    acp: acpAgent({
      launch,
      env: callEnv,
      places: acpPlaces,
      homes: join(dataDirectory, 'acp'),
      startMs: ACP_START_MS,
      graceMs: GRACE_MS,
      boxed:
        socket === undefined || boxes === null
          ? null
          : boxedAcp({ launch: boxes.launch, env, locale, user }, socket),
    }),
    model: modelAgent({ launch, env: callEnv, graceMs: GRACE_MS, proxyOf }),
    tool: toolAgent({
      launch,
      allowedCommands: config.ALLOWED_COMMANDS ?? null,
      env: callEnv,
      passedCredentials: config.CC_EXECUTOR_COMMAND_CREDENTIALS,
      graceMs: GRACE_MS,
      boxed: boxes === null ? null : { launch: boxes.launch, env: locale, proxyOf },
    }),
  };
  return { agents, claude, findCodex, acpPlaces, clear: async (id) => await codex.clear(id) };
}

/**
 * Returns how long Claude Code waits for the model, in milliseconds: at most its own ten minutes, and clearly less than the
 * allowed silence (in seconds), so that Claude Code itself gives up a request and retries.
 */
function requestTimeoutFor(silence: number): number {
  return Math.ceil(Math.min(600, silence * 0.75) * 1000);
}
