import { constants } from 'node:os';

/** How long the signal may take to end the process; it never ends PID 1 of a container. Milliseconds. */
const SIGNAL_GRACE_MS = 200;

/** How a process ends: by the signal that it received, or with an exit code. */
export type ProcessEnd = { signal: NodeJS.Signals } | { code: number };

/** Ends this process in the way that was requested, so that its parent sees the true cause. */
export function endProcess(how: ProcessEnd): void {
  if ('code' in how) process.exit(how.code);
  process.removeAllListeners(how.signal);
  process.kill(process.pid, how.signal);
  setTimeout(() => process.exit(128 + constants.signals[how.signal]), SIGNAL_GRACE_MS);
}
