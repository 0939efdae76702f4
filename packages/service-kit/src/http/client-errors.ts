import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { CcError } from '@cc-executor/contracts';
import { renderProblem } from './problem.ts';

/** Errors of Node's HTTP parser, by code. */
const DETAILS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: 'The headers are too large.',
  HPE_INVALID_METHOD: 'This is not a method of HTTP.',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'The chunk extensions are too large.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time.',
};

/** Returns an id for a request, which links an answer to the log; a client cannot choose it. */
export function newRequestId(): string {
  return `req-${randomUUID()}`;
}

/** Answers invalid HTTP on a socket with a problem, and closes it. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const detail = DETAILS[error.code ?? ''] ?? 'This is not HTTP/1.1.';
  const { status, headers, body } = renderProblem(new CcError('BAD_HTTP', detail), newRequestId());
  const lines = { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n${head.join('')}\r\n${body}`);
}
