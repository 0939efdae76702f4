import type { FeedLog, FeedPage } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { KEYS } from './keys.ts';
import { LiveChannels } from './live-channels.ts';
import { withScripts } from './scripts.ts';

/** The feed in Redis: a stream whose entry ids are the positions, and a channel on which each append is announced. */
export class RedisFeed implements FeedLog {
  readonly #run;
  readonly #live: LiveChannels;

  /** `subscriber` is a separate connection: a subscribing connection accepts no other commands. */
  constructor(redis: Redis, subscriber: Redis) {
    this.#run = withScripts(redis);
    this.#live = new LiveChannels(subscriber);
  }

  async page(after: number, limit: number): Promise<FeedPage> {
    const keys = [KEYS.feed, KEYS.feedLog];
    const [head, epoch = '', ...flat] = (await this.#run('feed', keys, [after, limit])) as string[];
    const entries: FeedPage['entries'] = [];
    for (let i = 0; i < flat.length; i += 2)
      entries.push({ position: Number(flat[i]), json: flat[i + 1] ?? '' });
    return { head: Number(head), epoch, entries };
  }

  async subscribe(listener: () => void): Promise<() => Promise<void>> {
    return await this.#live.listen(KEYS.feedLive, listener);
  }
}
