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
  const all = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid)
    .flatMap((pid) => {
      const group = groupOf(pid);
      return group === null ? [] : [{ pid, group }];
    });
  const marked = all.filter(({ pid }) => isOf(pid, `${EXECUTION}=${executionId}`));
  // The leader of a group may have got its work, and with it the mark, when it was started long since.
  const groups = new Set(marked.map(({ group }) => group));
  const led = all.filter(({ pid, group }) => pid === group && groups.has(group));
  return [...new Set([...[...marked, ...led].map(({ pid }) => pid), ...cgroups.flatMap(pidsIn)])];
}

/** The process group of a process that runs; null: it has ended. */
function groupOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The second field is the program's name in parentheses, which may itself contain spaces and parentheses.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? null : Number(group);
  } catch {
    return null;
  }
}

function isOf(pid: number, variable: string): boolean {
  try {
    const variables = readFileSync(`/proc/${String(pid)}/environ`, 'utf8').split('\0');
    return variables.includes(variable) && variables.some((one) => one.startsWith(`${MARK}=`));
  } catch {
    return false; // gone meanwhile, or another user's
  }
}
