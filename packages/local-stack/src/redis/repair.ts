import { findProgram, StartFailure } from '@cc-executor/service-kit';
import { dirname, delimiter, join } from 'node:path';
import { runQuietly } from '../children/run-quietly.ts';

const CHECKERS = ['redis-check-aof', 'valkey-check-aof'];

/**
 * Cuts a damaged end off the newest file of a stopped Redis, and reports what was dropped. Throws a StartFailure
 * if the damage is not only at the end. Without the checker, which is part of every Redis package, nothing is
 * checked: Redis itself reports what it cannot read.
 */
export async function repairRedis(
  { server, folder }: { server: string; folder: string },
  say: (line: string) => void,
): Promise<void> {
  const checker = findProgram(CHECKERS, [dirname(server), '/usr/bin', '/usr/local/bin'].join(delimiter));
  if (checker === null) return;
  const script = join(import.meta.dirname, 'repair-aof.sh');
  const { code, output } = await runQuietly(['/bin/sh', script, folder, checker]);
  if (code !== 0) throw new StartFailure(`Redis could not start: ${output}`);
  for (const line of output.split('\n')) if (line !== '') say(`redis: ${line}`);
}
