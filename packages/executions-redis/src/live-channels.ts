import type { Redis } from 'ioredis';
import { answered } from './answered.ts';

type Listener = (message: string) => void;

/** Shares one subscribing connection between many listeners: a channel is subscribed while it has a listener. */
export class LiveChannels {
  readonly #subscriber: Redis;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(subscriber: Redis) {
    this.#subscriber = subscriber;
    subscriber.on('message', (channel: string, message: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(message);
    });
  }

  /** Resolves when the subscription is active. The returned function ends it. */
  async listen(channel: string, listener: Listener): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    // Also if there are other listeners: their subscription may not be active yet.
    await answered(this.#subscriber.subscribe(channel));
    return async () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return;
      this.#listeners.delete(channel);
      // A lost connection forgets its channels and has none after it reconnects.
      await this.#subscriber.unsubscribe(channel).catch(() => undefined);
    };
  }
}
