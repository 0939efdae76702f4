import { isTerminal } from '@cc-executor/contracts';
import { follow, readStatus } from '@cc-executor/executions';
import { z } from 'zod';
import { onlyOf } from '../only-of.ts';
import { ExecutionParams, problems, whole, type Route } from '../route.ts';
import { afterHead, frames, sendStream } from '../sse.ts';

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

    const only = onlyOf(request.query);
    const source = async function* (ending: AbortSignal) {
      for await (const followed of follow(log, id, cursor, ending)) yield frames(only(followed), id);
    };
    // Of an execution that has ended something follows at once; of another one perhaps much later.
    await sendStream(request, reply, source, closing.signal, { hasFirst: isTerminal(status) });
  });
};
