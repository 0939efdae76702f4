import { readdirSync, readFileSync } from 'node:fs';

/** Returns whether the process runs; a zombie does not. */
export function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2) !== 'Z';
  } catch {
    return false;
  }
}

/** Returns the running processes with all these texts in their environment; none on systems other than Linux. */
export function processesWith(...texts: readonly string[]): number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    const environment = environmentOf(pid);
    return texts.every((text) => environment.includes(text)) && processIsAlive(pid);
  });
}

/** Returns the pids of the running children of these processes. Linux only; none on other systems. */
export function childrenOf(parents: readonly number[]): number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => parents.includes(parentOf(pid)));
}

function parentOf(pid: number): number {
  try {
    // The name, in parentheses, may contain spaces and parentheses.
    const fields = readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
      .split(') ')
      .at(-1)
      ?.split(' ');
    return Number(fields?.[1]);
  } catch {
    return 0; // gone meanwhile
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/environ`, 'utf8');
  } catch {
    return ''; // gone meanwhile, or another user's
  }
}
