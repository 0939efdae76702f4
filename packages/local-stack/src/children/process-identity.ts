import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that can't be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** When it was started, in the system's own words. */
  started: string;
}

/** The identity of a process that runs now; null when there is none with this pid. A zombie does not run. */
export function identityOf(pid: number): ProcessIdentity | null {
  try {
    const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid);
    return started === null ? null : { pid, started };
  } catch {
    return null;
  }
}

/** True while this very process runs. */
export function isRunning({ pid, started }: ProcessIdentity): boolean {
  return identityOf(pid)?.started === started;
}

/** The start in clock ticks after the boot (field 22 of proc_pid_stat(5)), with the boot's own id. */
function startedOnLinux(pid: number): string | null {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return null;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return `${boot}+${fields[18] ?? ''}`;
}

function startedByPs(pid: number): string | null {
  // In the same words for whoever asks, whatever their language and time zone.
  const env = { LC_ALL: 'C', TZ: 'UTC0' };
  const line = execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env });
  return line.trim() || null;
}
