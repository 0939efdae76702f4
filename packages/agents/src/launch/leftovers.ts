import { readdirSync, readFileSync } from 'node:fs';
import { pidsIn, removeCgroup } from './cgroup/cgroup.ts';
import type { Cgroups } from './cgroup/cgroups.ts';
import { endProcesses } from './end-processes.ts';
import { GRACE_MS } from './kill-all.ts';
import { EXECUTION, MARK } from './survivors.ts';

/** Ends the processes that a dead worker left of an execution on this machine, and returns their pids. */
export async function leftoversOf(executionId: string, cgroups: Cgroups | null): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const left = cgroups?.of(executionId) ?? [];
  const ended = new Set<number>();
  const deadline = performance.now() + GRACE_MS;
  await endProcesses({
    look: async () => ({ pids: leftovers(executionId, left), unsure: false }),
    deadline: () => deadline,
    cgroups: left,
    onSignal: (pid) => ended.add(pid),
  });
  await Promise.all(left.map(removeCgroup));
  return [...ended];
}

function leftovers(executionId: string, cgroups: readonly string[]): number[] {
  const marked = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid && isOf(pid, `${EXECUTION}=${executionId}`));
  return [...new Set([...marked, ...cgroups.flatMap(pidsIn)])];
}

function isOf(pid: number, variable: string): boolean {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    if ('ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2))) return false;
    const variables = readFileSync(`/proc/${String(pid)}/environ`, 'utf8').split('\0');
    return variables.includes(variable) && variables.some((one) => one.startsWith(`${MARK}=`));
  } catch {
    return false; // gone meanwhile, or another user's
  }
}
