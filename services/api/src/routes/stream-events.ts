import { isTerminal } from '@cc-executor/contracts';
import { follow, readStatus } from '@cc-executor/executions';
import { once } from 'node:events';
import { z } from 'zod';
import { clientGone } from '../client-gone.ts';
import { onlyOf } from '../only-of.ts';
import { ExecutionParams, problems, whole, type Route } from '../route.ts';
import { afterHead, frames, KEEP_ALIVE, RETRY } from '../sse.ts';

/** The heartbeat interval of a silent stream: shorter than the minute after which proxies give up. Milliseconds. */
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
  task: whole.optional().describe('only the events of this task, and those of the whole execution'),
  output: z
    .enum(['true', 'false'], 'must be true or false')
    .default('true')
    .describe('false leaves out what may be trimmed from a log: output, and what agents say'),
});

export const streamEvents: Route = (app, { store, log }) => {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
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
  // No HEAD for a stream: its answer would come at the end of the execution.
  app.get('/executions/:id/events', { schema, exposeHeadRoute: false }, async (request, reply) => {
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
    const ending = AbortSignal.any([closing.signal, clientGone(reply)]);
    // A client that does not read receives no more, so that nothing piles up for it.
    const keepAlive = setInterval(() => {
      if (!raw.writableNeedDrain) raw.write(KEEP_ALIVE);
    }, KEEP_ALIVE_MS);
    try {
      raw.write(RETRY);
      const only = onlyOf(request.query);
      for await (const followed of follow(log, id, cursor, ending)) {
        const text = frames(only(followed), id);
        if (text !== '' && !raw.write(text)) await once(raw, 'drain', { signal: ending });
      }
    } catch (error) {
      if (!ending.aborted) request.log.warn({ err: error }, 'an event stream broke; its client comes again');
    } finally {
      clearInterval(keepAlive);
      raw.end();
    }
  });
};
