import { availableParallelism, loadavg } from 'node:os';

/** How many processes want a processor, per processor, over the last minute; 0 where the system does not tell. */
export function loadPerCore(): number {
  return (loadavg()[0] ?? 0) / availableParallelism();
}
