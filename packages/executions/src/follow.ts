import { isLastEvent, isTerminal } from '@cc-executor/contracts';
import { LiveQueue } from './live-queue.ts';
import type { EventLog, StoredEvent } from './ports.ts';
import { notFound } from './read.ts';

/** A page's number of events is such that it has about this much text: few large ones, or many small ones. */
const PAGE_CHARACTERS = 512 * 1024;
export const FIRST_PAGE = 32;
const MAX_PAGE = 2048;
/** After so long without a live event the log is looked at: a published event may be lost, a stored one is not. */
const QUIET_MS = 1000;

type InOrder = Exclude<Followed, { kind: 'reset' }>;

/** What a follower gets: events in order; where output was trimmed, a gap; first a reset when its cursor is void. */
export type Followed =
  | { kind: 'events'; events: StoredEvent[] }
  | { kind: 'gap'; from: number; to: number }
  | { kind: 'reset'; epoch: string };

export interface Cursor {
  /** The seq of the last event that the follower has; 0: none. */
  after: number;
  /** The epoch in which it got it; undefined: not known, and not checked. */
  epoch?: string | undefined;
}

/**
 * Follows an execution from a position to its last event: replays from the log, then goes on live, without a gap or a
 * duplicate at the seam. It is pulled: a slow reader is paged from the log, whatever happens meanwhile. Ends after the
 * last event, or when `signal` aborts. Throws EXECUTION_NOT_FOUND.
 */
export async function* follow(
  log: EventLog,
  executionId: string,
  cursor: Cursor,
  signal: AbortSignal,
): AsyncGenerator<Followed, void, undefined> {
  const head = await log.head(executionId);
  if (!head) throw notFound(executionId);
  let last = cursor.after;
  let limit = FIRST_PAGE;
  if (last > head.head || (cursor.epoch !== undefined && cursor.epoch !== head.epoch)) {
    yield { kind: 'reset', epoch: head.epoch };
    last = 0;
  }
  if (isTerminal(head.status) && last === head.head) return;

  const live = new LiveQueue(signal);
  const unsubscribe = await log.subscribe(executionId, (events) => live.push(events));
  try {
    let batch: StoredEvent[] | null = null;
    while (!signal.aborted) {
      const page: StoredEvent[] | null = batch ? null : await log.page(executionId, last, limit);
      batch = page ?? batch ?? [];
      for (const item of inOrder(batch, last)) {
        yield item;
        if (item.kind === 'events') last = item.events.at(-1)?.seq ?? last;
      }
      if (isLastEvent(batch.at(-1)?.type ?? '')) return;
      const more = page?.length === limit;
      if (page) limit = nextLimit(page, limit);
      if (more) batch = null;
      else batch = await nextLive(live, last);
    }
  } finally {
    await unsubscribe();
  }
}

/** How many events to ask for next, from how much the last ones had. */
export function nextLimit(page: readonly StoredEvent[], limit: number): number {
  const characters = page.reduce((sum, { json }) => sum + json.length, 0);
  if (page.length === 0) return limit;
  const fitting = Math.floor(PAGE_CHARACTERS / (characters / page.length));
  return Math.max(1, Math.min(MAX_PAGE, fitting, limit * 4));
}

/** The next live events that follow `last` without a hole; null when the log has to be looked at instead. */
async function nextLive(live: LiveQueue, last: number): Promise<StoredEvent[] | null> {
  for (;;) {
    const events = await live.next(QUIET_MS);
    if (!events) return null;
    const fresh = events.filter((event) => event.seq > last);
    if (fresh.length > 0) return fresh.at(-1)?.seq === last + fresh.length ? fresh : null;
  }
}

/** Splits a page into runs without a hole, and the gaps between them. */
export function* inOrder(events: readonly StoredEvent[], after: number): Generator<InOrder> {
  let last = after;
  let run: StoredEvent[] = [];
  for (const event of events) {
    if (event.seq > last + 1) {
      if (run.length > 0) yield { kind: 'events', events: run };
      run = [];
      yield { kind: 'gap', from: last + 1, to: event.seq - 1 };
    }
    run.push(event);
    last = event.seq;
  }
  if (run.length > 0) yield { kind: 'events', events: run };
}
