import { isTerminal } from '@cc-executor/contracts';
import { follow, readStatus } from '@cc-executor/executions';
import { once } from 'node:events';
import { z } from 'zod';
import { ExecutionParams, problems, type Route } from '../route.ts';
import { afterHead, frames, KEEP_ALIVE, RETRY } from '../sse.ts';

/** A silent stream says that it lives: shorter than the minute after which proxies give up. Milliseconds. */
const KEEP_ALIVE_MS = 15_000;

const message = 'must be a whole number, 0 or more';
const Query = z.strictObject({
  after: z.coerce
    .number(message)
    .int(message)
    .nonnegative(message)
    .optional()
    .describe('the last seq that you have'),
  epoch: z.string().optional().describe('the epoch in which you got it'),
});

export const streamEvents: Route = (app, { store, log }) => {
  const streams = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.abort();
  });
  const schema = {
    summary: 'The events: replayed, then live (SSE)',
    description: 'Ends after the last event; answers 204 when there is none after the position given.',
    tags: ['executions'],
    produces: ['text/event-stream'],
    params: ExecutionParams,
    querystring: Query,
    response: {
      200: z.string().describe('The stream.'),
      204: z.undefined().describe('Nothing follows.'),
      ...problems,
    },
  };
  app.get('/executions/:id/events', { schema }, async (request, reply) => {
    const { id } = request.params;
    const cursor = afterHead(request.headers['last-event-id'], request.query);
    const { status, head, epoch } = await readStatus(store, id);
    if (isTerminal(status) && cursor.after === head && (cursor.epoch ?? epoch) === epoch)
      return await reply.code(204).send(undefined);

    const { raw } = reply.hijack();
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const stream = new AbortController();
    streams.add(stream);
    raw.once('close', () => stream.abort());
    const keepAlive = setInterval(() => raw.write(KEEP_ALIVE), KEEP_ALIVE_MS);
    try {
      raw.write(RETRY);
      for await (const followed of follow(log, id, cursor, stream.signal)) {
        if (!raw.write(frames(followed, id))) await once(raw, 'drain', { signal: stream.signal });
      }
    } catch (error) {
      if (!stream.signal.aborted)
        request.log.warn({ err: error }, 'an event stream broke; its client comes again');
    } finally {
      clearInterval(keepAlive);
      streams.delete(stream);
      raw.end();
    }
  });
};
