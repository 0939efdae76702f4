import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { endToEndHeaders } from '../end-to-end-headers.ts';

/** Headers that name the client or its credential, and what is for this server alone. */
const NOT_PASSED: ReadonlySet<string> = new Set(
  'expect host authorization x-api-key cookie set-cookie forwarded x-forwarded-for'.split(' '),
);

/** Returns the path and the query of a request to one of these paths; null: it is not one of the model's. */
export function allowedTarget(
  { method, url = '' }: IncomingMessage,
  paths: ReadonlySet<string>,
): string | null {
  if (method !== 'POST') return null;
  // As it was sent: a path that means an allowed one only after it was resolved is none.
  const [path = '', ...query] = url.split('?');
  return paths.has(path) ? [path, ...query].join('?') : null;
}

/** Returns the token that a client sent, in either of the forms in which an API's credential is sent; '': none. */
export function tokenOf(headers: IncomingHttpHeaders): string {
  const key = headers['x-api-key'];
  if (typeof key === 'string') return key;
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** Returns the headers that are passed on, in either direction. */
export function passedHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const passed = Object.entries(endToEndHeaders(headers));
  return Object.fromEntries(passed.filter(([name]) => !NOT_PASSED.has(name)));
}

/** Answers with an error in the form of the model's API, and closes the connection. */
export function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({ type: 'error', error: { type, message } });
  // A body that was not read would be parsed as the next request.
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
}
