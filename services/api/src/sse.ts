import { echo, invalidRequest } from '@cc-executor/contracts';
import {
  epochOf,
  taskOutputHint,
  type Cursor,
  type Followed,
  type FollowedFeed,
} from '@cc-executor/executions';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { once } from 'node:events';
import { clientGone } from './client-gone.ts';

/** How long a client waits before it reconnects: a restart of the API takes less. Milliseconds. */
const RETRY = 'retry: 2000\n\n';
const KEEP_ALIVE = ': keep-alive\n\n';
/** The heartbeat interval of a silent stream: shorter than the minute after which proxies give up. Milliseconds. */
const KEEP_ALIVE_MS = 15_000;

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

/** Encodes what a follower of the feed receives, in the same way. */
export function feedFrames(followed: FollowedFeed): string {
  if (followed.kind === 'entries')
    return followed.entries
      .map(({ position, json }) => `id: ${String(position)}@${followed.epoch}\ndata: ${json}\n\n`)
      .join('');
  const { kind, ...data } = followed;
  return `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * Sends a stream of server-sent events until it ends or `closing` aborts. The source is read only as fast as the client
 * reads, so that nothing piles up for it. `hasFirst`: the source has its first item at once, so a source that can't be read
 * throws, and is answered as an error.
 */
export async function sendStream(
  request: FastifyRequest,
  reply: FastifyReply,
  source: (ending: AbortSignal) => AsyncIterable<string>,
  closing: AbortSignal,
  { hasFirst = false } = {},
): Promise<void> {
  const ending = AbortSignal.any([closing, clientGone(reply)]);
  const items = source(ending)[Symbol.asyncIterator]();
  const first = hasFirst ? items.next() : undefined;
  await first;
  const { raw } = reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  const keepAlive = setInterval(() => {
    if (!raw.writableNeedDrain) raw.write(KEEP_ALIVE);
  }, KEEP_ALIVE_MS);
  try {
    raw.write(RETRY);
    for (let item = await (first ?? items.next()); item.done !== true; item = await items.next())
      if (item.value !== '' && !raw.write(item.value)) await once(raw, 'drain', { signal: ending });
  } catch (error) {
    if (!ending.aborted) request.log.warn({ err: error }, 'an event stream broke; its client comes again');
  } finally {
    clearInterval(keepAlive);
    raw.end();
    await items.return?.();
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
