import { CcError, type ExecutionStatus } from '@cc-executor/contracts';
import {
  fromLine,
  type Archive,
  type ArchivedRun,
  type EventLog,
  type StoredEvent,
} from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS, keysOf } from './keys.ts';
import { LiveChannels } from './live-channels.ts';
import { withScripts } from './scripts.ts';

/** A page ends after this much text, in bytes. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** An archive without executions. */
export const NO_ARCHIVE: Pick<Archive, 'head' | 'page'> = { head: async () => null, page: async () => [] };

/** The logs in Redis: each is a stream whose entry ids are the seqs, and a channel for live events. */
export class RedisEventLog implements EventLog {
  readonly #run;
  readonly #redis: Redis;
  readonly #archive: Pick<Archive, 'page'>;
  readonly #live: LiveChannels;

  /** `subscriber` is a separate connection: a subscribing connection accepts no other commands. */
  constructor(redis: Redis, subscriber: Redis, archive: Pick<Archive, 'page'> = NO_ARCHIVE) {
    this.#redis = redis;
    this.#run = withScripts(redis);
    this.#archive = archive;
    this.#live = new LiveChannels(subscriber);
  }

  async page(
    executionId: string,
    after: number,
    limit: number,
    signal?: AbortSignal,
  ): Promise<StoredEvent[]> {
    const [archivedHead, epoch = '', ...flat] = (await this.#run('page', keysOf(executionId), [
      after,
      limit,
      PAGE_BYTES,
    ])) as string[];
    if (archivedHead) {
      const run = { executionId, epoch, head: Number(archivedHead) };
      return await this.#archived(run, after, limit, signal);
    }
    const events: StoredEvent[] = [];
    for (let i = 0; i < flat.length; i += 3)
      events.push({ seq: Number.parseInt(flat[i] ?? ''), type: flat[i + 1] ?? '', json: flat[i + 2] ?? '' });
    return events;
  }

  async #archived(
    run: ArchivedRun,
    after: number,
    limit: number,
    signal?: AbortSignal,
  ): Promise<StoredEvent[]> {
    const { executionId, head } = run;
    if (after >= head) return [];
    const events = await this.#archive.page(run, after, limit, signal);
    // The last event is never trimmed.
    if (!signal?.aborted && !((events.at(-1)?.seq ?? Infinity) <= head))
      throw new CcError(
        'ARCHIVE_DAMAGED',
        `The archive of execution ${executionId} is not what was written.`,
      );
    return events;
  }

  async subscribe(
    executionId: string,
    listener: (events: StoredEvent[]) => void,
  ): Promise<() => Promise<void>> {
    return await this.#live.listen(KEYS.live(executionId), (message) =>
      listener(message.split('\n').map(fromLine)),
    );
  }

  async head(executionId: string): Promise<{ head: number; epoch: string; status: ExecutionStatus } | null> {
    const fields = await answered(this.#redis.hmget(KEYS.execution(executionId), 'head', 'epoch', 'status'));
    const [head, epoch, status] = fields ?? [];
    return head && epoch ? { head: Number(head), epoch, status: status as ExecutionStatus } : null;
  }
}
