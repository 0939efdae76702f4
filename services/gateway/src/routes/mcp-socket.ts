import { CcError, SubscribeParams, UnsubscribeParams } from '@cc-executor/contracts';
import type { EventLog } from '@cc-executor/executions';
import { version } from '@cc-executor/service-kit';
import type { WebsocketHandler } from '@fastify/websocket';
import type { FastifyBaseLogger } from 'fastify';
import type { z } from 'zod';
import { dispatch, type Method } from '../json-rpc/dispatch.ts';
import { errorFrame, notification } from '../json-rpc/frames.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { brokenSubscription, Subscriptions } from '../subscriptions/subscriptions.ts';

/** `/ws/mcp`: JSON-RPC 2.0, one message a text frame. */
export function mcpSocket({ sessions, log }: { sessions: Sessions; log: EventLog }): WebsocketHandler {
  return async (socket, request) => {
    try {
      const session = sessions.admit(socket, request.headers);
      serve(session, log, request.log);
      await session.unlocked;
      await session.send(
        notification('connected', { session_id: session.id, version, capabilities: ['stream'] }),
      );
    } catch (error) {
      const known =
        error instanceof CcError ? error : new CcError('INTERNAL', 'The session could not be opened.');
      socket.send(errorFrame(null, known));
      socket.close(1008, known.message.slice(0, 120));
    }
  };
}

function serve(session: Session, log: EventLog, logger: FastifyBaseLogger): void {
  const send = (frame: string) => void session.send(frame);
  const subscriptions = new Subscriptions(log, session, (error) => {
    logger.warn({ err: error }, 'a subscription broke');
    send(errorFrame(null, brokenSubscription(error)));
  });
  const methods = methodsOf(subscriptions);
  const onUnknownError = (error: unknown) => logger.error({ err: error }, 'a call failed');
  // One after the other: a client's calls take effect in the order in which it made them.
  let last: Promise<void> = Promise.resolve();
  session.onMessage((text) => {
    last = last.then(async () => {
      if (text === null)
        send(errorFrame(null, new CcError('INVALID_RPC', 'Send text frames; this was a binary one.')));
      else await dispatch({ methods, send, onUnknownError }, text);
    });
  });
}

function methodsOf(subscriptions: Subscriptions): Record<string, Method> {
  return {
    subscribe: {
      params: SubscribeParams,
      call: async (params: z.output<typeof SubscribeParams>) => {
        const { result, begin } = await subscriptions.subscribe(params);
        return { result, afterwards: begin };
      },
    },
    unsubscribe: {
      params: UnsubscribeParams,
      call: ({ execution_id }: z.output<typeof UnsubscribeParams>) => {
        subscriptions.unsubscribe(execution_id);
        return { result: {} };
      },
    },
  };
}
