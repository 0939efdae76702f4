import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { toMessage } from './message.ts';
import { isErrorReply, isRawReply, type MessageReply, type Reply } from './reply.ts';
import type { ModelRequest } from './request.ts';
import { streamEvents, toText } from './stream-events.ts';

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** The client is gone, or the server closes: ends the wait of a reply. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}

/** How an API says a scripted message. */
export interface Dialect {
  whole: (reply: MessageReply, request: ModelRequest) => unknown;
  /** The events of a stream, as they are sent. */
  events: (reply: MessageReply, request: ModelRequest) => Iterable<string>;
}

/** The Messages API. */
const MESSAGES: Dialect = {
  whole: toMessage,
  *events(reply, request) {
    for (const event of streamEvents(toMessage(reply, request), reply.chunk ?? 40)) yield toText(event);
  },
};

async function streamReply(
  response: ServerResponse,
  reply: MessageReply,
  events: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  let sent = 0;
  for (const event of events) {
    if (sent === reply.breaks?.after_events) break;
    if (sent === 0)
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache',
        ...reply.headers,
      });
    for (const piece of pieces(event, reply.piece_bytes))
      if (!response.write(piece)) await once(response, 'drain', { signal });
    sent += 1;
    if (reply.pause_ms !== undefined) await sleep(reply.pause_ms, undefined, { signal });
  }
  if (reply.breaks === undefined) response.end();
  // Written data is on its way; destroying the socket at once would drop it.
  else if (reply.breaks.how === 'cut') setImmediate(() => response.destroy());
}

function* pieces(text: string, size = Infinity): Generator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** Sends a scripted reply: an error, a whole message, or a stream of events. Rejects when the client goes before its end. */
export async function sendReply(
  response: ServerResponse,
  reply: Reply,
  request: ModelRequest,
  dialect: Dialect = MESSAGES,
): Promise<void> {
  const signal = goneSignal(response);
  if (reply.wait_ms !== undefined) await sleep(reply.wait_ms, undefined, { signal });
  if (isRawReply(reply)) response.writeHead(reply.status, reply.headers).end(reply.raw);
  else if (isErrorReply(reply)) sendJson(response, reply.status, reply.body, reply.headers);
  else if (request.stream === true || reply.breaks !== undefined)
    await streamReply(response, reply, dialect.events(reply, request), signal);
  else sendJson(response, 200, dialect.whole(reply, request), reply.headers);
}
