import type { FastifyReply } from 'fastify';

/** Aborts when the client has its whole answer or has gone, which it may have by now. */
export function clientGone({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const gone = new AbortController();
  if (raw.destroyed) gone.abort();
  else raw.once('close', () => gone.abort());
  return gone.signal;
}
