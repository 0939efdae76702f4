import { readdirSync, readFileSync } from 'node:fs';
import { endProcesses } from './end-processes.ts';
import { EXECUTION, MARK } from './survivors.ts';

/**
 * Ends what a worker that is gone has left of an execution on this machine, and returns its pids. The guardian of that
 * worker has done so already, unless it died too. Linux only: elsewhere the environment of processes can't be read, and
 * the guardian is all there is.
 */
export async function endLeftovers(executionId: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const ended = new Set<number>();
  await endProcesses({
    look: async () => ({ pids: leftovers(executionId), unsure: false }),
    deadline: () => 0,
    onSignal: (pid) => ended.add(pid),
  });
  return [...ended];
}

function leftovers(executionId: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid && isOf(pid, `${EXECUTION}=${executionId}`));
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
