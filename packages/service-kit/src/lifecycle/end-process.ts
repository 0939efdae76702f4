import { constants } from 'node:os';

/** How long the signal may take to end the process; as PID 1 of a container it never does. Milliseconds. */
const SIGNAL_GRACE_MS = 200;

/** How a process is to end: by the signal that it received, or with an exit code. */
export type ProcessEnd = { signal: NodeJS.Signals } | { code: number };

/** Ends this process the way it was asked to, so that whoever waits for it sees the true cause. */
export function endProcess(how: ProcessEnd): void {
  if ('code' in how) process.exit(how.code);
  process.removeAllListeners(how.signal);
  process.kill(process.pid, how.signal);
  setTimeout(() => process.exit(128 + constants.signals[how.signal]), SIGNAL_GRACE_MS);
}
