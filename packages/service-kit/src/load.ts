import { availableParallelism, loadavg } from 'node:os';

/** Returns the load average of the last minute per processor; 0 if the system does not report it. */
export function loadPerCore(): number {
  return (loadavg()[0] ?? 0) / availableParallelism();
}
