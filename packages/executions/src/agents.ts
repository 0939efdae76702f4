import {
  AGENT_NAMES,
  AGENT_PROGRAMS,
  AGENTS,
  HONOURED_OPTIONS,
  installCommand,
  invalidRequest,
  type AgentName,
  type AgentProbe,
  type AgentsView,
  type AgentView,
  type InstallableAgent,
} from '@cc-executor/contracts';
import type { WorkerDirectory } from './ports/workers.ts';

/** The better first. */
const STATUSES: readonly AgentProbe['status'][] = ['ready', 'no_credential', 'broken', 'not_installed'];

type Directory = Pick<WorkerDirectory, 'list'>;

/** Returns every agent with what it can do, and the best that a worker found out about it. */
export async function readAgents(directory: Directory): Promise<AgentsView> {
  const probes = (await directory.list()).flatMap(({ agents }) => agents ?? []);
  return { agents: AGENT_NAMES.map((name) => viewOf(name, probes)) };
}

/** Refuses tasks whose agent no worker has: each would fail. What no worker reports on is accepted. */
export function agentCheck(directory: Directory) {
  return async (named: readonly { path: string; agent: AgentName }[]): Promise<void> => {
    if (!named.some(({ agent }) => isInstallable(agent))) return;
    // Without an answer, an attempt finds out.
    const { agents } = await readAgents(directory).catch(() => ({ agents: [] as AgentView[] }));
    const faults = named.flatMap(({ path, agent }) => {
      const { status, install } = agents.find(({ name }) => name === agent) ?? {};
      return status === 'not_installed'
        ? [{ path, message: `is "${agent}", which is not installed; install it: ${install ?? ''}` }]
        : [];
    });
    if (faults.length > 0) throw invalidRequest(faults);
  };
}

function viewOf(name: AgentName, probes: readonly AgentProbe[]): AgentView {
  const [best] = probes
    .filter((probe) => probe.name === name)
    .toSorted((a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status));
  const { runs, resumes, isolation } = AGENTS[name];
  return {
    name,
    runs,
    status: best?.status ?? 'unknown',
    version: best?.version ?? null,
    tested_version: isInstallable(name) ? AGENT_PROGRAMS[name].version : null,
    message: best?.message ?? null,
    install: isInstallable(name) && best?.status === 'not_installed' ? installCommand(name) : null,
    resumes,
    isolation: [...isolation],
    options: [...HONOURED_OPTIONS[name]],
  };
}

function isInstallable(name: AgentName): name is AgentName & InstallableAgent {
  return Object.hasOwn(AGENT_PROGRAMS, name);
}
