import {
  EventEnvelope,
  FEED_FRAMES,
  FeedEntry,
  NOTIFICATIONS,
  RPC_METHODS,
  RpcError,
  STREAM_FRAMES,
} from '@cc-executor/contracts';
import { version } from '@cc-executor/service-kit';
import type { z } from 'zod';
import { jsonSchema as schema, type Json } from './json-schema.ts';

const object = (properties: Json, required = Object.keys(properties)): Json => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const rpc = { const: '2.0' };
const id = { type: ['string', 'number', 'null'] };

/** Returns every message that the server sends on `/ws/mcp`, by name. */
function answers(): Json {
  const results = Object.entries(RPC_METHODS).map(([name, { result }]) => [
    `${name}.result`,
    message(`The answer to ${name}.`, object({ jsonrpc: rpc, id, result: schema(result) })),
  ]);
  const notifications = Object.entries(NOTIFICATIONS).map(([name, params]) => [
    name,
    message('A notification.', object({ jsonrpc: rpc, method: { const: name }, params: schema(params) })),
  ]);
  const error = object({ jsonrpc: rpc, id, error: schema(RpcError) });
  return Object.fromEntries([...results, ...notifications, ['error', message('A fault.', error)]]) as Json;
}

function requests(): Json {
  return Object.fromEntries(
    Object.entries(RPC_METHODS).map(([name, { summary, params }]) => {
      const properties = { jsonrpc: rpc, id, method: { const: name }, params: schema(params, 'input') };
      return [name, message(summary, object(properties, ['jsonrpc', 'method']))];
    }),
  );
}

function frames(): Json {
  const others = Object.entries(STREAM_FRAMES).map(([name, type]) => [
    name,
    message('A frame.', schema(type)),
  ]);
  return Object.fromEntries([['event', message('An event.', schema(EventEnvelope))], ...others]) as Json;
}

/** Returns the server-sent events: the data of each, under its `event` name; an event of the log has no name. */
function sent(): Json {
  const { gap, reset } = STREAM_FRAMES;
  const data = (type: z.ZodObject) => schema(type.omit({ type: true }));
  return {
    event: message('An event; its id is `<seq>@<epoch>`.', schema(EventEnvelope)),
    gap: message('`event: gap`', data(gap)),
    reset: message('`event: reset`', data(reset)),
  };
}

/** Returns the messages of the feed, as frames of a socket or as server-sent events. */
function feedMessages(how: 'frames' | 'sent'): Json {
  const others = Object.entries(FEED_FRAMES).map(([name, type]): [string, Json] => [
    name,
    how === 'frames'
      ? message('A frame.', schema(type))
      : message(`\`event: ${name}\``, schema((type as z.ZodObject).omit({ type: true }))),
  ]);
  const entry = message('An entry; in SSE its id is `<position>@<epoch>`.', schema(FeedEntry));
  return Object.fromEntries([['entry', entry], ...others]) as Json;
}

const message = (summary: string, payload: Json): Json => ({
  summary,
  contentType: 'application/json',
  payload,
});
const byId = { id: { description: "The execution's id." } };

/**
 * Returns the description of the sockets and of the server-sent events: AsyncAPI 3.0, made from the schemas in use.
 * `gateway` and `api` are the hosts at which the reader reaches them, each with its port.
 */
export function describeSockets({ gateway, api }: { gateway: string; api: string }): Json {
  const mcp = { ...prefixed('request', requests()), ...prefixed('sent', answers()) };
  const channels = {
    mcp: { address: '/ws/mcp', title: 'JSON-RPC 2.0', servers: [ref('servers/gateway')], messages: mcp },
    stream: {
      address: '/executions/{id}/stream',
      title: 'The events of an execution as plain frames; ?after=N',
      servers: [ref('servers/gateway')],
      parameters: byId,
      messages: frames(),
    },
    events: {
      address: '/executions/{id}/events',
      title: 'The same as server-sent events; Last-Event-ID or ?after=N',
      servers: [ref('servers/api')],
      parameters: byId,
      messages: sent(),
    },
    feed: {
      address: '/feed',
      title: 'The changes of state of all executions as plain frames; ?after=N',
      servers: [ref('servers/gateway')],
      messages: feedMessages('frames'),
    },
    feedEvents: {
      address: '/feed',
      title: 'The same as server-sent events; Last-Event-ID or ?after=N',
      servers: [ref('servers/api')],
      messages: feedMessages('sent'),
    },
  };
  const of = (channel: keyof typeof channels, prefix = '') =>
    Object.keys(channels[channel].messages)
      .filter((name) => name.startsWith(prefix))
      .map((name) => ref(`channels/${channel}/messages/${name}`));
  const operation = (action: 'send' | 'receive', channel: keyof typeof channels, prefix?: string) => ({
    action,
    channel: ref(`channels/${channel}`),
    messages: of(channel, prefix),
  });
  return {
    asyncapi: '3.0.0',
    info: { title: 'cc-executor', version, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    servers: {
      gateway: { host: gateway, protocol: 'ws' },
      api: { host: api, protocol: 'http' },
    },
    channels,
    operations: {
      call: operation('receive', 'mcp', 'request.'),
      tell: operation('send', 'mcp', 'sent.'),
      stream: operation('send', 'stream'),
      events: operation('send', 'events'),
      feed: operation('send', 'feed'),
      feedEvents: operation('send', 'feedEvents'),
    },
  };
}

function prefixed(prefix: string, messages: Json): Json {
  return Object.fromEntries(Object.entries(messages).map(([name, value]) => [`${prefix}.${name}`, value]));
}

function ref(path: string): Json {
  return { $ref: `#/${path}` };
}
