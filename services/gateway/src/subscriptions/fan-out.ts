import type { Cursor, EventLog, Followed } from '@cc-executor/executions';
import { follow } from '@cc-executor/executions';
import type { Session } from '../sessions/session.ts';

/** How a protocol writes what is followed. */
export interface Writer {
  /** The stored JSON of an event, made into a frame without being read. */
  event: (json: string) => string;
  other: (followed: Exclude<Followed, { kind: 'events' }>) => string;
  end: (last: number) => string;
}

/**
 * Sends an execution's events to a session, from a position to the last one, as fast as its socket drains. Resolves
 * when the last was sent, the session is gone or `signal` aborts. Throws EXECUTION_NOT_FOUND.
 */
export async function fanOut(
  log: EventLog,
  session: Session,
  { executionId, cursor, signal }: { executionId: string; cursor: Cursor; signal: AbortSignal },
  writer: Writer,
): Promise<void> {
  let last = cursor.after;
  for await (const followed of follow(log, executionId, cursor, signal)) {
    if (followed.kind !== 'events') await session.send(writer.other(followed));
    else {
      for (const { seq, json } of followed.events) {
        await session.send(writer.event(json));
        last = seq;
      }
    }
  }
  if (!signal.aborted) await session.send(writer.end(last));
}
