import { readFileSync } from 'node:fs';
import { availableParallelism, hostname, totalmem } from 'node:os';

const GIB = 1024 ** 3;

/** How many agents something has room for; workers that name the same scope share it. */
export interface AgentBudget {
  scope: string;
  agents: number;
}

/**
 * How many agents this machine (or container) has room for: the least of memory / 1 GiB, which is the documented
 * planning floor of an agent, and twice the cores; at least 1. A container with a memory limit of its own is a scope of
 * its own; those without one share their host's.
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

/** The same in all containers of a host: Linux makes it at each start of the machine. */
export function hostId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return hostname();
  }
}
