import { CcError } from '@cc-executor/contracts';
import type { FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { refuse } from '../sessions/refuse.ts';

/** Sends the client of a plain stream the reason of its end, and closes its socket. */
export function endWithError(socket: WebSocket, request: FastifyRequest, error: unknown): void {
  const known = error instanceof CcError ? error : null;
  if (!known) request.log.error({ err: error }, 'a stream failed');
  const { code, message, details } = known ?? new CcError('INTERNAL', 'Something failed on the server.');
  const isClients = known !== null && known.code !== 'STORE_UNAVAILABLE';
  const frame = JSON.stringify({ type: 'error', code, message, ...details });
  refuse(socket, frame, isClients ? 1008 : 1011, message);
}
