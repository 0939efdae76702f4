import type { Cursor } from '@cc-executor/executions';
import type { Feed } from './feed.ts';
import { Reader, type Sink } from './reader.ts';

/**
 * Delivers an execution's events to a sink, from a position to the last one. Resolves after the last one, or when one of the
 * signals aborts; throws STORE_UNAVAILABLE.
 */
export async function read(feed: Feed, sink: Sink, cursor: Cursor, signals: AbortSignal[]): Promise<void> {
  await new Reader(feed, sink, cursor, AbortSignal.any(signals)).run();
}
