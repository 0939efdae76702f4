import type { ExecutionStatus } from '@cc-executor/contracts';
import type { EventLog, StoredEvent } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS } from './keys.ts';
import { LiveChannels } from './live-channels.ts';

/** The logs in Redis: a stream each, whose entry ids are the seqs, and a channel for what is live. */
export class RedisEventLog implements EventLog {
  readonly #redis: Redis;
  readonly #live: LiveChannels;

  /** `subscriber` is a connection of its own: Redis gives a subscribing connection nothing else. */
  constructor(redis: Redis, subscriber: Redis) {
    this.#redis = redis;
    this.#live = new LiveChannels(subscriber);
  }

  async page(executionId: string, after: number, limit: number): Promise<StoredEvent[]> {
    const from = `${String(after + 1)}-0`;
    const entries =
      (await answered(this.#redis.xrange(KEYS.log(executionId), from, '+', 'COUNT', limit))) ?? [];
    return entries.map(([id, fields]) => ({
      seq: Number.parseInt(id),
      type: fields[1] ?? '',
      json: fields[3] ?? '',
    }));
  }

  async subscribe(
    executionId: string,
    listener: (events: StoredEvent[]) => void,
  ): Promise<() => Promise<void>> {
    return await this.#live.listen(KEYS.live(executionId), (message) =>
      listener(message.split('\n').map(toEvent)),
    );
  }

  async head(executionId: string): Promise<{ head: number; epoch: string; status: ExecutionStatus } | null> {
    const fields = await answered(this.#redis.hmget(KEYS.execution(executionId), 'head', 'epoch', 'status'));
    const [head, epoch, status] = fields ?? [];
    return head && epoch ? { head: Number(head), epoch, status: status as ExecutionStatus } : null;
  }
}

/** A live line: "<seq> <type> <json>". */
function toEvent(line: string): StoredEvent {
  const first = line.indexOf(' ');
  const second = line.indexOf(' ', first + 1);
  return {
    seq: Number(line.slice(0, first)),
    type: line.slice(first + 1, second),
    json: line.slice(second + 1),
  };
}
