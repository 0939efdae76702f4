import { echo, invalidRequest } from '@cc-executor/contracts';
import { epochOf, taskOutputHint, type Cursor, type Followed } from '@cc-executor/executions';

/** How long a client waits before it reconnects: a restart of the API takes less. Milliseconds. */
export const RETRY = 'retry: 2000\n\n';
export const KEEP_ALIVE = ': keep-alive\n\n';

/**
 * Encodes followed items as server-sent events: an event as a message with the id `<seq>@<epoch>`; `gap` and
 * `reset` under their own names.
 */
export function frames(followed: Followed, executionId: string): string {
  switch (followed.kind) {
    case 'events':
      return followed.events
        .map((event) => `id: ${String(event.seq)}@${epochOf(event)}\ndata: ${event.json}\n\n`)
        .join('');
    case 'gap': {
      const { from, to } = followed;
      return `event: gap\ndata: ${JSON.stringify({ from, to, output: taskOutputHint(executionId) })}\n\n`;
    }
    case 'reset':
      return `event: reset\ndata: ${JSON.stringify({ epoch: followed.epoch })}\n\n`;
  }
}

/** Returns the position of a client: the `Last-Event-ID` that a browser sends after a reconnect, else the query's. */
export function afterHead(
  lastEventId: string | string[] | undefined,
  query: { after?: number | undefined; epoch?: string | undefined },
): Cursor {
  if (typeof lastEventId !== 'string' || lastEventId === '')
    return { after: query.after ?? 0, epoch: query.epoch };
  const [, seq, epoch] = /^(\d{1,15})(?:@([\w-]+))?$/.exec(lastEventId) ?? [];
  if (seq === undefined)
    throw invalidRequest([
      { path: 'Last-Event-ID', message: `is "${echo(lastEventId)}"; must be a seq, like 12` },
    ]);
  return { after: Number(seq), epoch };
}
