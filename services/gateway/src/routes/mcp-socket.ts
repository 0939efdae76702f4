import { CcError } from '@cc-executor/contracts';
import { version } from '@cc-executor/service-kit';
import { lineageOf } from '@cc-executor/service-kit/http';
import type { WebsocketHandler } from '@fastify/websocket';
import type { FastifyBaseLogger } from 'fastify';
import { dispatch } from '../json-rpc/dispatch.ts';
import { errorFrame, notification } from '../json-rpc/frames.ts';
import type { Context } from '../methods/context.ts';
import { methodsOf } from '../methods/methods.ts';
import { refuse } from '../sessions/refuse.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { brokenSubscription, Subscriptions } from '../subscriptions/subscriptions.ts';

export type McpSocketOptions = { sessions: Sessions } & Pick<Context, 'feeds' | 'foregrounds' | 'ports'>;

/** The dependencies of a session. */
const CAPABILITIES = ['execute', 'control', 'stream'];

/** `/ws/mcp`: JSON-RPC 2.0, one message a text frame. */
export function mcpSocket(options: McpSocketOptions): WebsocketHandler {
  return async (socket, request) => {
    try {
      const session = await options.sessions.admit(socket, request.raw);
      const lineage = lineageOf(request);
      session.send(
        notification('connected', { session_id: session.id, version, capabilities: CAPABILITIES }),
      );
      serve({ session, lineage }, options, request.log);
    } catch (error) {
      const known =
        error instanceof CcError ? error : new CcError('INTERNAL', 'The session could not be opened.');
      refuse(socket, errorFrame(null, known), 1008, known.message);
    }
  };
}

function serve(
  { session, lineage }: Pick<Context, 'session' | 'lineage'>,
  { feeds, foregrounds, ports }: McpSocketOptions,
  logger: FastifyBaseLogger,
): void {
  const send = (frame: string) => session.send(frame);
  const onBroken = (error: unknown) => {
    logger.warn({ err: error }, 'a subscription broke');
    send(errorFrame(null, brokenSubscription(error)));
  };
  const subscriptions = new Subscriptions(feeds, session, onBroken);
  const methods = methodsOf({ session, lineage, subscriptions, feeds, foregrounds, ports, onBroken });
  const onUnknownError = (error: unknown) => logger.error({ err: error }, 'a call failed');
  session.onMessage(async (text) => {
    if (text === null)
      send(errorFrame(null, new CcError('INVALID_RPC', 'Send text frames; this was a binary one.')));
    else await dispatch({ methods, send, onUnknownError }, text);
  });
}
