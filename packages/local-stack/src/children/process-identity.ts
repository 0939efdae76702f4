import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Identifies a process beyond its pid, which may be reused. */
export interface ProcessIdentity {
  pid: number;
  /** When it was started, in the system's format. */
  started: string;
}

/** Returns the identity of a running process; null if there is none with this pid. A zombie does not count. */
export function identityOf(pid: number): ProcessIdentity | null {
  try {
    const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid);
    return started === null ? null : { pid, started };
  } catch {
    return null;
  }
}

/** Returns whether exactly this process runs. */
export function isRunning({ pid, started }: ProcessIdentity): boolean {
  return identityOf(pid)?.started === started;
}

/** Returns the start in clock ticks after the boot (field 22 of proc_pid_stat(5)), with the id of the boot. */
function startedOnLinux(pid: number): string | null {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return null;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return `${boot}+${fields[18] ?? ''}`;
}

function startedByPs(pid: number): string | null {
  // In the same format for every caller, whatever its language and time zone.
  const env = { LC_ALL: 'C', TZ: 'UTC0' };
  const line = execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env });
  return line.trim() || null;
}
