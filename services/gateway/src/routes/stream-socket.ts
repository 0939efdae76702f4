import { CcError, ExecutionId, parseOrThrow } from '@cc-executor/contracts';
import { taskOutputHint, type EventLog } from '@cc-executor/executions';
import type { WebsocketHandler } from '@fastify/websocket';
import { z } from 'zod';
import type { Sessions } from '../sessions/sessions.ts';
import { fanOut } from '../subscriptions/fan-out.ts';

const whole = 'must be a whole number, 0 or more';
const Query = z.strictObject({
  after: z.coerce.number(whole).int(whole).nonnegative(whole).default(0),
  epoch: z.string().optional(),
});
const Params = z.strictObject({ id: ExecutionId });

/** `/executions/{id}/stream?after=N`: the events as plain JSON frames; closed after the last one. */
export function streamSocket({ sessions, log }: { sessions: Sessions; log: EventLog }): WebsocketHandler {
  return async (socket, request) => {
    try {
      const { id: executionId } = parseOrThrow(Params, request.params);
      const cursor = parseOrThrow(Query, request.query);
      const session = sessions.admit(socket, request.headers);
      await session.unlocked;
      await fanOut(
        log,
        session,
        { executionId, cursor, signal: session.closed },
        {
          event: (json) => json,
          other: (followed) =>
            followed.kind === 'reset'
              ? JSON.stringify({ type: 'reset', epoch: followed.epoch })
              : JSON.stringify({
                  type: 'gap',
                  from: followed.from,
                  to: followed.to,
                  output: taskOutputHint(executionId),
                }),
          end: (last) => JSON.stringify({ type: 'end', last }),
        },
      );
      socket.close(1000, 'the last event was sent');
    } catch (error) {
      const known = error instanceof CcError ? error : null;
      if (!known) request.log.error({ err: error }, 'a stream failed');
      const { code, message, details } = known ?? new CcError('INTERNAL', 'Something failed on the server.');
      socket.send(JSON.stringify({ type: 'error', code, message, ...details }));
      socket.close(known && known.code !== 'STORE_UNAVAILABLE' ? 1008 : 1011, message.slice(0, 120));
    }
  };
}
