import type { ExecutionStatus } from '@cc-executor/contracts';
import { fromLine, type Archive, type EventLog, type StoredEvent } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS } from './keys.ts';
import { LiveChannels } from './live-channels.ts';

/** Where nothing was ever archived. */
export const NO_ARCHIVE: Pick<Archive, 'open'> = { open: async () => null };

/** The logs in Redis: a stream each, whose entry ids are the seqs, and a channel for what is live. */
export class RedisEventLog implements EventLog {
  readonly #redis: Redis;
  readonly #archive: Pick<Archive, 'open'>;
  readonly #live: LiveChannels;

  /** `subscriber` is a connection of its own: Redis gives a subscribing connection nothing else. */
  constructor(redis: Redis, subscriber: Redis, archive: Pick<Archive, 'open'> = NO_ARCHIVE) {
    this.#redis = redis;
    this.#archive = archive;
    this.#live = new LiveChannels(subscriber);
  }

  async page(executionId: string, after: number, limit: number): Promise<StoredEvent[]> {
    const from = `${String(after + 1)}-0`;
    const entries =
      (await answered(this.#redis.xrange(KEYS.log(executionId), from, '+', 'COUNT', limit))) ?? [];
    // An archived log is empty here; so is one that has nothing after this position.
    if (entries.length === 0) return await this.#archived(executionId, after, limit);
    return entries.map(([id, fields]) => ({
      seq: Number.parseInt(id),
      type: fields[1] ?? '',
      json: fields[3] ?? '',
    }));
  }

  async #archived(executionId: string, after: number, limit: number): Promise<StoredEvent[]> {
    if (!(await answered(this.#redis.hexists(KEYS.execution(executionId), 'archived')))) return [];
    const events = (await this.#archive.open(executionId))?.events ?? [];
    const first = events.findIndex(({ seq }) => seq > after);
    return first === -1 ? [] : events.slice(first, first + limit);
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
