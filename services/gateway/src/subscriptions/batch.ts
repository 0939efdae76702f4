import type { StoredEvent } from '@cc-executor/executions';
import { framed, type Encoding } from './encodings.ts';

/** Consecutive events with their frames, which are encoded once for all sockets. */
export class Batch {
  readonly events: readonly StoredEvent[];
  readonly first: number;
  readonly last: number;
  readonly characters: number;
  readonly #frames = new Map<Encoding, Buffer>();

  /** `events` is not empty and has no gap. */
  constructor(events: readonly StoredEvent[]) {
    this.events = events;
    this.first = events[0]?.seq ?? 0;
    this.last = events.at(-1)?.seq ?? 0;
    this.characters = events.reduce((sum, { json }) => sum + json.length, 0);
  }

  frames(encoding: Encoding): Buffer {
    let frames = this.#frames.get(encoding);
    if (!frames) {
      const messages = this.events.map(({ json }) => json);
      this.#frames.set(encoding, (frames = framed(messages, encoding)));
    }
    return frames;
  }

  /** Returns the part after a position. */
  after(seq: number): Batch {
    return seq < this.first ? this : new Batch(this.events.slice(seq - this.first + 1));
  }
}

/** A larger batch is split, so that others in this process do not wait for it. In characters. */
const BATCH_CHARACTERS = 256 * 1024;

/** Splits consecutive events into batches of about this size. */
export function* batchesOf(events: readonly StoredEvent[]): Generator<Batch> {
  let from = 0;
  let characters = 0;
  for (const [index, { json }] of events.entries()) {
    characters += json.length;
    if (characters < BATCH_CHARACTERS && index < events.length - 1) continue;
    yield new Batch(events.slice(from, index + 1));
    [from, characters] = [index + 1, 0];
  }
}

/** Output that was trimmed before it could be read. */
export interface Gap {
  first: number;
  last: number;
}

/** The items for a reader, in order. */
export type Item = Batch | Gap;
