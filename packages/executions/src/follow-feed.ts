import type { FeedLog, FeedPage } from './ports/log.ts';

const PAGE = 500;
/** After this time without an announcement the feed is read: one may be lost, a stored entry is not. Milliseconds. */
const QUIET_MS = 1000;

/** A position in the feed; `epoch` undefined or empty: unknown, and not checked. */
export interface FeedCursor {
  after: number;
  epoch?: string | undefined;
}

/** The items of the feed: first the position where it begins, then entries in order. */
export type FollowedFeed =
  | { kind: 'head'; position: number; epoch: string }
  | { kind: 'entries'; epoch: string; entries: FeedPage['entries'] }
  /** These entries are no longer kept. */
  | { kind: 'gap'; from: number; to: number }
  /** The position is void, because Redis has lost entries: what follows comes after the new one. */
  | { kind: 'reset'; position: number; epoch: string };

/**
 * Follows the feed from a position, or from its end (`cursor` null), until `signal` aborts. The reader pulls, so a slow one
 * costs nobody anything: it receives a gap where entries were dropped before it came to them.
 */
export async function* followFeed(
  feed: FeedLog,
  cursor: FeedCursor | null,
  signal: AbortSignal,
): AsyncGenerator<FollowedFeed, void, undefined> {
  const bell = new Bell(signal);
  const unsubscribe = await feed.subscribe(() => bell.ring());
  try {
    const start = await feed.page(cursor?.after ?? Number.MAX_SAFE_INTEGER - 1, 1);
    let { epoch } = start;
    let position = cursor?.after ?? start.head;
    const asked = cursor?.epoch ?? '';
    const isVoid = position > start.head || (asked !== '' && asked !== epoch);
    if (isVoid) position = start.head;
    yield { kind: isVoid ? 'reset' : 'head', position, epoch };
    while (!signal.aborted) {
      const page = await feed.page(position, PAGE);
      // The first entry of an installation begins the epoch of its feed.
      if (page.head < position || (page.epoch !== epoch && epoch !== '')) {
        [position, epoch] = [page.head, page.epoch];
        yield { kind: 'reset', position, epoch };
        continue;
      }
      ({ epoch } = page);
      const first = page.entries[0]?.position ?? page.head + 1;
      if (first > position + 1) yield { kind: 'gap', from: position + 1, to: first - 1 };
      if (page.entries.length > 0) yield { kind: 'entries', epoch, entries: page.entries };
      position = page.entries.at(-1)?.position ?? page.head;
      if (position >= page.head) await bell.heard(QUIET_MS);
    }
  } finally {
    await unsubscribe();
  }
}

/** Remembers that something happened until somebody waits for it. */
class Bell {
  #hasRung = false;
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.ring(), { once: true });
    if (signal.aborted) this.ring();
  }

  ring(): void {
    this.#hasRung = true;
    this.#wake?.();
  }

  /** Resolves when it has rung since the last time, at the latest after `quietMs`. */
  async heard(quietMs: number): Promise<void> {
    if (!this.#hasRung)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, quietMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#wake = undefined;
    this.#hasRung = false;
  }
}
