import { followFeed } from '@cc-executor/executions';
import { z } from 'zod';
import { problems, type Route } from '../route.ts';
import { afterHead, feedFrames, sendStream } from '../sse.ts';

const message = 'must be a whole number, 0 or more';
const Query = z.strictObject({
  after: z.coerce
    .number(message)
    .int(message)
    .nonnegative(message)
    .optional()
    .describe('the last position that you have; absent: only what comes from now on'),
  epoch: z.string().optional().describe('the epoch in which you got it'),
});

export const streamFeed: Route = (app, { feed }) => {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  const schema = {
    summary: 'The changes of state of all executions, numbered, live (SSE)',
    description:
      'Each `execution.*` event and each start and end of a task, in brief. The first message is `head`: the position after which entries follow. `gap`: entries that are no longer kept; `reset`: the position is void. It never ends by itself.',
    tags: ['executions'],
    produces: ['text/event-stream'],
    querystring: Query,
    response: { 200: z.string().describe('The stream.'), ...problems },
  };
  app.get('/feed', { schema, exposeHeadRoute: false }, async (request, reply) => {
    const lastId = request.headers['last-event-id'];
    const isNew = request.query.after === undefined && (lastId === undefined || lastId === '');
    const cursor = isNew ? null : afterHead(lastId, request.query);
    const source = async function* (ending: AbortSignal) {
      for await (const followed of followFeed(feed, cursor, ending)) yield feedFrames(followed);
    };
    await sendStream(request, reply, source, closing.signal);
  });
};
