import type { Item } from './batch.ts';

/** A receiver of a feed's items. */
export interface Follower {
  /** The seq of the last event that it has. */
  readonly position: number;
  /** Accepts the next item. False: it has no room, did not accept it, and is behind from then on. */
  take(item: Item): boolean;
  /** Starts again at seq 1: the log no longer has what was delivered before. */
  reset(epoch: string): void;
  /** Checks again for work. */
  wake(): void;
}
