import { parseOrThrow } from '@cc-executor/contracts';
import { followFeed, type FeedLog } from '@cc-executor/executions';
import type { WebsocketHandler } from '@fastify/websocket';
import { z } from 'zod';
import type { Sessions } from '../sessions/sessions.ts';
import { endWithError } from './refusal.ts';

const whole = 'must be a whole number, 0 or more';
const Query = z.strictObject({
  after: z.coerce.number(whole).int(whole).nonnegative(whole).optional(),
  epoch: z.string().optional(),
});

/** `/feed?after=N`: the changes of state of all executions as plain JSON frames; without `after`, from now on. */
export function feedSocket({ sessions, feed }: { sessions: Sessions; feed: FeedLog }): WebsocketHandler {
  return async (socket, request) => {
    try {
      const { after, epoch } = parseOrThrow(Query, request.query);
      const session = await sessions.admit(socket, request.raw);
      // Clients send nothing here; their messages are dropped.
      session.onMessage(async () => undefined);
      const cursor = after === undefined ? null : { after, epoch };
      for await (const followed of followFeed(feed, cursor, session.closed)) {
        if (followed.kind === 'entries') for (const { json } of followed.entries) session.send(json);
        else {
          const { kind, ...frame } = followed;
          session.send(JSON.stringify({ type: kind, ...frame }));
        }
        await session.drained();
      }
    } catch (error) {
      endWithError(socket, request, error);
    }
  };
}
