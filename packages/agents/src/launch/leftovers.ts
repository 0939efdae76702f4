import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { sendSignal } from './send-signal.ts';
import { MARK } from './survivors.ts';

/**
 * Ends what a worker that is gone has left of an execution on this machine, and gives the pids of it. The guardian of
 * that worker has done so already, unless it died too. Linux only: elsewhere processes can't be told by their
 * environment, and the guardian is all there is.
 */
export async function endLeftovers(executionId: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const ended = new Set<number>();
  for (let left = leftovers(executionId); left.length > 0; left = leftovers(executionId)) {
    for (const pid of left) {
      ended.add(pid);
      sendSignal(pid, 'SIGKILL');
    }
    await delay(5);
  }
  return [...ended];
}

function leftovers(executionId: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid && isOf(pid, `CC_EXECUTOR_EXECUTION_ID=${executionId}`));
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
