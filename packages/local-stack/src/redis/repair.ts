import { findProgram, StartFailure } from '@cc-executor/service-kit';
import { dirname, delimiter, join } from 'node:path';
import { runQuietly } from '../children/run-quietly.ts';

const CHECKERS = ['redis-check-aof', 'valkey-check-aof'];

/**
 * Cuts a damaged end off the newest file of a Redis that does not run, and says what was dropped. Throws a StartFailure
 * where the damage is not only at the end. Without the checker, which comes with every package of Redis, nothing is
 * looked at: Redis reports itself what it can't read.
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
