import type { Item } from './batch.ts';

/** Whom a feed gives its items to. */
export interface Follower {
  /** seq of the last event that it has. */
  readonly position: number;
  /** Takes the next item; false when it has no room: it did not take it, and is behind from then on. */
  take(item: Item): boolean;
  /** Begins anew, at seq 1: the log does not have what was given before. */
  reset(epoch: string): void;
  /** Looks again at what there is to do. */
  wake(): void;
}
