import { availableParallelism, totalmem } from 'node:os';

const GIB = 1024 ** 3;

/**
 * How many agents this machine (or container) has room for: the least of memory / 1 GiB, which is the documented
 * planning floor of an agent, and twice the cores; at least 1.
 */
export function machineConcurrency(): number {
  const limit = process.constrainedMemory();
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return Math.max(1, Math.min(Math.floor(memory / GIB), 2 * availableParallelism()));
}
