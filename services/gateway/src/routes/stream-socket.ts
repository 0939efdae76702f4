import { ExecutionId, parseOrThrow } from '@cc-executor/contracts';
import type { WebsocketHandler } from '@fastify/websocket';
import { z } from 'zod';
import type { Sessions } from '../sessions/sessions.ts';
import type { Feeds } from '../subscriptions/feeds.ts';
import { FrameSink } from '../subscriptions/frame-sink.ts';
import { read } from '../subscriptions/read.ts';
import { endWithError } from './refusal.ts';

const whole = 'must be a whole number, 0 or more';
const Query = z.strictObject({
  after: z.coerce.number(whole).int(whole).nonnegative(whole).default(0),
  epoch: z.string().optional(),
});
const Params = z.strictObject({ id: ExecutionId });

/** `/executions/{id}/stream?after=N`: the events as plain JSON frames; closed after the last one. */
export function streamSocket({ sessions, feeds }: { sessions: Sessions; feeds: Feeds }): WebsocketHandler {
  return async (socket, request) => {
    try {
      const { id: executionId } = parseOrThrow(Params, request.params);
      const cursor = parseOrThrow(Query, request.query);
      const session = await sessions.admit(socket, request.raw);
      // Clients send nothing here; their messages are dropped.
      session.onMessage(async () => undefined);
      const { feed, release } = await feeds.acquire(executionId);
      try {
        await read(feed, new FrameSink(session, executionId, 'plain'), cursor, [session.closed]);
      } finally {
        release();
      }
      socket.close(1000, 'the last event was sent');
    } catch (error) {
      endWithError(socket, request, error);
    }
  };
}
