import type { Logger } from '@cc-executor/service-kit';
import type { Lease, Leases } from '../../ownership/leases.ts';
import { findLocks } from './find-locks.ts';
import { removeStale } from './remove-stale.ts';

/**
 * Removes the locks that an attempt's git left in the workspace, while it is certain that nobody else works on
 * the execution. `since`: when the attempt started; `uid`: the user of its processes.
 */
export async function clearLocks(
  { leases, logger }: { leases: Pick<Leases, 'certain'>; logger: Logger },
  lease: Lease,
  { workspace, since, uid }: { workspace: string; since: Date; uid: number | undefined },
): Promise<void> {
  if (findLocks(workspace).length === 0) return;
  await leases.certain(lease);
  if (lease.interruption === 'lost') return;
  const removed = removeStale(workspace, since, uid);
  if (removed.length > 0) logger.info({ removed }, 'removed locks of a git that was ended');
}
