import type { ErrorReply, MessageReply, RawReply, Reply } from './reply.ts';
import type { ModelRequest } from './request.ts';
import { toMessage } from './message.ts';
import { streamEvents, toText, type StreamEvent } from './stream-events.ts';

/** Returns a reply with text that ends the model's turn. */
export function say(text: string, more: Omit<MessageReply, 'blocks'> = {}): MessageReply {
  return { blocks: [{ text }], ...more };
}

/** Returns a reply that uses a tool, after an optional text. */
export function useTool(tool: string, input: Record<string, unknown>, text?: string): MessageReply {
  return { blocks: [...(text === undefined ? [] : [{ text }]), { tool, input }] };
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** Returns an API error; `body` defaults to the API's own format, or is the message in it. */
export function httpError(
  status: number,
  body: unknown = `scripted ${String(status)}`,
  headers: Record<string, string> = {},
): ErrorReply {
  const type = ERROR_TYPES[status] ?? 'api_error';
  const whole = typeof body === 'string' ? { type: 'error', error: { type, message: body } } : body;
  return { status, body: whole, headers };
}

/** Returns the same reply, with its first byte `ms` later. */
export function delay<R extends Reply>(ms: number, reply: R): R {
  return { ...reply, wait_ms: ms };
}

/** Returns the reply's first `events` server-sent events, then silence on an open connection; 0: no response at all. */
export function hang(events = 0, reply: MessageReply = say('')): MessageReply {
  return { ...reply, breaks: { how: 'hang', after_events: events } };
}

/** Returns the reply's first `events` server-sent events, then a dropped connection; 0: no response at all. */
export function cut(events: number, reply: MessageReply = say('')): MessageReply {
  return { ...reply, breaks: { how: 'cut', after_events: events } };
}

/** Returns a body that is sent unchanged, by default as an event stream. */
export function raw(body: string, type = 'text/event-stream', status = 200): RawReply {
  return { raw: body, status, headers: { 'content-type': type } };
}

/** Returns a message whose events are changed on their way, as by a broken server or proxy. */
export function bent(
  reply: MessageReply,
  bend: (events: StreamEvent[]) => (StreamEvent | string)[],
): (request: ModelRequest) => RawReply {
  return (request) => {
    const events = [...streamEvents(toMessage(reply, request), reply.chunk ?? 40)];
    return raw(
      bend(events)
        .map((event) => (typeof event === 'string' ? event : toText(event)))
        .join(''),
    );
  };
}

/** Returns a script whose first request gets the first reply, and so on; the last reply is for all that follow. */
export function oneByOne(...replies: readonly Reply[]): () => Reply {
  let asked = 0;
  return () => {
    const reply = replies[Math.min(asked, replies.length - 1)];
    asked += 1;
    if (reply === undefined) throw new RangeError('oneByOne needs a reply.');
    return reply;
  };
}
