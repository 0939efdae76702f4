import { readFileSync } from 'node:fs';
import { availableParallelism, hostname, totalmem } from 'node:os';

const GIB = 1024 ** 3;

/** The number of agents that fit; workers with the same scope share it. */
export interface AgentBudget {
  scope: string;
  agents: number;
}

/**
 * Returns how many agents fit on this machine (or container): the smaller of memory / 1 GiB, which is the documented
 * planning floor of an agent, and twice the cores; at least 1. A container with its own memory limit is its own
 * scope; those without one share their host's.
 */
export function machineBudget(): AgentBudget {
  const limit = process.constrainedMemory();
  const isOwn = limit > 0 && limit < totalmem();
  const memory = isOwn ? limit : totalmem();
  return {
    scope: isOwn ? `container ${hostname()}` : `host ${hostId()}`,
    agents: Math.max(1, Math.min(Math.floor(memory / GIB), 2 * availableParallelism())),
  };
}

/** Equal in all containers of a host: Linux creates it at each boot. */
export function hostId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return hostname();
  }
}
