import { isLastEvent, isTerminal } from '@cc-executor/contracts';
import { epochOf } from './epoch.ts';
import { LiveQueue } from './live-queue.ts';
import type { EventLog, StoredEvent } from './ports/log.ts';
import { notFound } from './stored-execution.ts';

/** A page has as many events as fit into about this much text. */
const PAGE_CHARACTERS = 512 * 1024;
export const FIRST_PAGE = 32;
const MAX_PAGE = 2048;
/** After this time without a live event the log is read: a published event may be lost, a stored one is not. */
const QUIET_MS = 1000;

type InOrder = Exclude<Followed, { kind: 'reset' }>;

/**
 * The items of a follower: events in order; a gap where output was trimmed; a reset, after which it starts at seq 1, if
 * the log no longer has what the follower received.
 */
export type Followed =
  | { kind: 'events'; events: StoredEvent[] }
  | { kind: 'gap'; from: number; to: number }
  | { kind: 'reset'; epoch: string };

export interface Cursor {
  /** The seq of the follower's last event; 0: none. */
  after: number;
  /** The epoch in which it received it; undefined: unknown, and not checked. */
  epoch?: string | undefined;
}

/**
 * Follows an execution from a position to its last event: replays the log, then continues live, without a gap or a
 * duplicate at the seam. The reader pulls: a slow one is paged from the log. A Redis that came
 * back without delivered events resets it. Ends after the last event, or when `signal` aborts. Throws EXECUTION_NOT_FOUND.
 */
export async function* follow(
  log: EventLog,
  executionId: string,
  cursor: Cursor,
  signal: AbortSignal,
): AsyncGenerator<Followed, void, undefined> {
  const head = await log.head(executionId);
  if (!head) throw notFound(executionId);
  let position = cursor;
  let limit = FIRST_PAGE;
  if (!(await cursorHolds(log, executionId, position, head))) {
    yield { kind: 'reset', epoch: head.epoch };
    position = START;
  }
  if (isTerminal(head.status) && position.after === head.head) return;

  const live = new LiveQueue(signal);
  const unsubscribe = await log.subscribe(executionId, (events) => live.push(events));
  try {
    let batch: StoredEvent[] | null = null;
    while (!signal.aborted) {
      const page: StoredEvent[] | null = batch
        ? null
        : await log.page(executionId, position.after, limit, signal);
      batch = page ?? batch ?? [];
      if (!follows(batch[0], position)) {
        const now = await log.head(executionId);
        if (!now) throw notFound(executionId);
        if (!(await cursorHolds(log, executionId, position, now))) {
          yield { kind: 'reset', epoch: now.epoch };
          [position, batch] = [START, null];
          continue;
        }
      }
      for (const item of inOrder(batch, position.after)) {
        yield item;
        const last = item.kind === 'events' ? item.events.at(-1) : undefined;
        if (last) position = { after: last.seq, epoch: epochOf(last) };
      }
      if (isLastEvent(batch.at(-1)?.type ?? '')) return;
      if (page) limit = nextLimit(page, limit);
      if (page && page.length > 0) batch = null;
      else batch = await nextLive(live, position.after);
    }
  } finally {
    await unsubscribe();
  }
}

const START: Cursor = { after: 0 };

/** Returns true if an event was certainly stored after a cursor; false if that must be looked up. */
function follows(event: StoredEvent | undefined, { after, epoch }: Cursor): boolean {
  if (after === 0) return true;
  return event !== undefined && (epoch === undefined || epochOf(event) === epoch);
}

/** Returns whether the log has the event at a cursor. The log has epochs if a Redis came back with less than it had. */
export async function cursorHolds(
  log: Pick<EventLog, 'page'>,
  executionId: string,
  { after, epoch }: Cursor,
  now: { head: number; epoch: string },
): Promise<boolean> {
  if (after > now.head) return false;
  if (epoch === undefined || epoch === now.epoch) return true;
  if (after === 0) return false;
  const [event] = await log.page(executionId, after - 1, 1);
  return event?.seq === after && epochOf(event) === epoch;
}

/** Returns how many events to request next, by the size of the last ones. */
export function nextLimit(page: readonly StoredEvent[], limit: number): number {
  const characters = page.reduce((sum, { json }) => sum + json.length, 0);
  if (page.length === 0) return limit;
  const fitting = Math.floor(PAGE_CHARACTERS / (characters / page.length));
  return Math.max(1, Math.min(MAX_PAGE, fitting, limit * 4));
}

/** Returns the next live events that follow `last` without a gap; null if the log must be read instead. */
async function nextLive(live: LiveQueue, last: number): Promise<StoredEvent[] | null> {
  const events = await live.next(QUIET_MS);
  const fresh = events?.filter(({ seq }) => seq > last) ?? [];
  return fresh.length > 0 && fresh.at(-1)?.seq === last + fresh.length ? fresh : null;
}

/** Splits a page into consecutive runs, and the gaps between them. */
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
