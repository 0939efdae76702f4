import {
  AGENT_NAMES,
  AGENT_PROGRAMS,
  AGENTS,
  closestTo,
  HONOURED_OPTIONS,
  installCommand,
  invalidRequest,
  type AcpProbe,
  type AgentName,
  type AgentProbe,
  type AgentsView,
  type AgentView,
  type InstallableAgent,
  type ServerCheck,
} from '@cc-executor/contracts';
import type { WorkerDirectory } from './ports/workers.ts';

/** The better first. */
const STATUSES: readonly AcpProbe['status'][] = [
  'ready',
  'no_credential',
  'unknown',
  'broken',
  'not_installed',
];

const SERVERS: readonly ServerCheck['status'][] = ['answers', 'fails', 'unreachable'];
const KEY = 'set OPENAI_API_KEY where the server starts';

type Directory = Pick<WorkerDirectory, 'list'>;

/** Returns every agent with what it can do, and the best that a worker found out about it. */
export async function readAgents(directory: Directory): Promise<AgentsView> {
  return { agents: viewsOf(await probesOf(directory)) };
}

async function probesOf(directory: Directory): Promise<AgentProbe[]> {
  return (await directory.list()).flatMap(({ agents }) => agents ?? []);
}

function viewsOf(probes: readonly AgentProbe[]): AgentView[] {
  return AGENT_NAMES.map((name) => viewOf(name, probes));
}

/** Whether each worker that has an agent has only the login of its program for it. */
function hasOnlyLogins(agent: AgentName, probes: readonly AgentProbe[]): boolean {
  const its = probes.filter(({ name, status }) => name === agent && status !== 'not_installed');
  return its.length > 0 && its.every(({ credential }) => credential === 'login');
}

/** An agent that a task names, and where. */
export interface NamedAgent {
  path: string;
  agent: AgentName;
  /** The name of a program of the agent "acp"; absent: it has none, or it is named by its command. */
  program?: string;
  /** Whether it runs in a container. Default: false. */
  boxed?: boolean;
}

/** Refuses tasks whose agent no worker has: each would fail. What no worker reports on is accepted. */
export function agentCheck(directory: Directory) {
  return async (named: readonly NamedAgent[]): Promise<void> => {
    if (!named.some(({ agent, program }) => isInstallable(agent) || program !== undefined)) return;
    // Without an answer, an attempt finds out.
    const probes = await probesOf(directory).catch(() => []);
    const agents = viewsOf(probes);
    const faults = named.flatMap(({ path, agent, program, boxed = false }) => {
      const { status, install, programs, message: about } = agents.find(({ name }) => name === agent) ?? {};
      if (program !== undefined && programs !== undefined) {
        const message = programFault(program, programs, about ?? null);
        return message === null ? [] : [{ path, message }];
      }
      return status === 'not_installed'
        ? [{ path, message: `is "${agent}", which is not installed; install it: ${install ?? ''}` }]
        : boxed && hasOnlyLogins(agent, probes)
          ? [
              {
                path,
                message: `is "${agent}", and its list runs in containers, which can't use its login: ${KEY}`,
              },
            ]
          : [];
    });
    if (faults.length > 0) throw invalidRequest(faults);
  };
}

/** `about`: what is known of all of them, such as that the file with the user's own has a fault. */
function programFault(
  program: string,
  programs: NonNullable<AgentView['programs']>,
  about: string | null,
): string | null {
  const known = programs.find(({ name }) => name === program);
  if (known?.status === 'not_installed')
    return `is "${program}", which is not installed: ${known.message ?? ''}`;
  if (known !== undefined) return null;
  const names = programs.map(({ name }) => name);
  const meant = closestTo(program, names);
  return [
    `is "${program}", which no worker knows${meant === null ? '.' : `; did you mean "${meant}"?`}`,
    `There is ${names.join(', ')}.`,
    ...(about === null ? [] : [about]),
  ].join(' ');
}

function viewOf(name: AgentName, probes: readonly AgentProbe[]): AgentView {
  const [best] = byStatus(probes.filter((probe) => probe.name === name));
  const programs = programsOf(probes);
  const { runs, resumes, isolation } = AGENTS[name];
  return {
    name,
    runs,
    status: best?.status ?? 'unknown',
    version: best?.version ?? null,
    tested_version: isInstallable(name) ? AGENT_PROGRAMS[name].version : null,
    message: best?.message ?? null,
    model_server: best?.model_server ?? null,
    install: isInstallable(name) && best?.status === 'not_installed' ? installCommand(name) : null,
    ...(name === 'acp' && programs.length > 0 && { programs }),
    resumes,
    isolation: [...isolation],
    options: [...HONOURED_OPTIONS[name]],
  };
}

/** The programs of the agent "acp", each with the best report of the workers. */
function programsOf(probes: readonly AgentProbe[]): AcpProbe[] {
  const all = byStatus(probes.flatMap(({ programs = [] }) => programs));
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

function byStatus<T extends Pick<AcpProbe, 'status' | 'model_server'>>(all: readonly T[]): T[] {
  return all.toSorted(
    (a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status) || reachOf(a) - reachOf(b),
  );
}

function reachOf({ model_server: server }: Pick<AcpProbe, 'model_server'>): number {
  return server ? SERVERS.indexOf(server.status) : SERVERS.length;
}

function isInstallable(name: AgentName): name is AgentName & InstallableAgent {
  return Object.hasOwn(AGENT_PROGRAMS, name);
}
