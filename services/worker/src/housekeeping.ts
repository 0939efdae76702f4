import { archiveEnded, pruneEnded, type ArchivePorts } from '@cc-executor/executions';
import { Poller } from '@cc-executor/service-kit/poller';
import type { Logger } from '@cc-executor/service-kit';
import type { SnapshotStores } from '@cc-executor/workspaces';
import { SteadyClock } from './steady-clock.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Nothing has ended before that time; what somebody has removed counts as older. In milliseconds since 1970. */
const LONG_AGO = Date.UTC(1971, 0);
/** The interval between two rounds, in milliseconds. */
const LOOK_MS = 5000;

export interface HousekeepingOptions extends Omit<ArchivePorts, 'onFault' | 'onKept'> {
  /** How long after its end an execution is archived, in seconds. */
  archiveAfter: number;
  keep: { days: number; keep: number };
  snapshots: Pick<SnapshotStores, 'forget' | 'tidy'>;
  /** Removes copies that lost workers have left. Returns of how many executions. */
  removeOrphans: (onError: (error: unknown) => void) => Promise<number>;
  /** Returns whether nothing runs here. */
  isIdle: () => boolean;
  /** Called with the error of a failed round. */
  onError: (error: unknown) => void;
  logger: Logger;
}

/** Moves ended executions to the archive, and removes old ones. Every worker does this, without conflicts. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #ports: ArchivePorts;
  readonly #poller: Poller;
  readonly #clock = new SteadyClock();
  /** A worker that was lost is followed by one that starts. */
  #hasLooked = false;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    this.#ports = {
      ...options,
      onKept: (execution_id, workspace, why) =>
        options.logger.warn(
          { execution_id, workspace, why },
          'the execution was removed, and its workspace was kept',
        ),
      onFault: (execution_id, error) =>
        options.logger.warn(
          { execution_id, err: error },
          'an ended execution could not be moved or removed yet',
        ),
    };
    this.#poller = new Poller({
      everyMs: LOOK_MS,
      work: (closed) => this.#work(closed),
      onError: options.onError,
    });
  }

  async close(): Promise<void> {
    await this.#poller.close();
  }

  async #work(closed: AbortSignal): Promise<void> {
    const { archiveAfter, keep, logger, snapshots, isIdle, removeOrphans } = this.#options;
    if (!this.#hasLooked) {
      this.#hasLooked = true;
      const orphans = await removeOrphans((error) =>
        logger.warn({ err: error }, 'copies that a lost worker has left could not be removed'),
      );
      if (orphans > 0) logger.info({ orphans }, 'removed copies that lost workers have left');
    }
    const moved = await archiveEnded(this.#ports, archiveAfter, closed);
    if (moved > 0) logger.info({ moved }, 'archived executions');
    // What is old by a clock that is wrong now would be gone for good.
    const days = this.#clock.isSteady() ? keep.days : (Date.now() - LONG_AGO) / DAY_MS;
    const removed = await pruneEnded(this.#ports, { ...keep, days }, closed);
    if (removed > 0) logger.info({ removed }, 'removed old executions');
    if (isIdle())
      await snapshots.tidy(
        (error) => logger.warn({ err: error }, 'snapshots could not be tidied up yet'),
        closed,
      );
  }
}
