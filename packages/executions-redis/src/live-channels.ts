import type { Redis } from 'ioredis';
import { answered } from './answered.ts';

type Listener = (message: string) => void;

/** Many listeners on one subscribing connection: a channel is subscribed to while somebody listens. */
export class LiveChannels {
  readonly #subscriber: Redis;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(subscriber: Redis) {
    this.#subscriber = subscriber;
    subscriber.on('message', (channel: string, message: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(message);
    });
  }

  /** Resolves when messages are sure to come; the returned function stops them. */
  async listen(channel: string, listener: Listener): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    // Also when others listen already: their subscribing may be under way still.
    await answered(this.#subscriber.subscribe(channel));
    return async () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return;
      this.#listeners.delete(channel);
      // A connection that is away forgets its channels, and has none when it is back.
      await this.#subscriber.unsubscribe(channel).catch(() => undefined);
    };
  }
}
