import type { FastifyReply } from 'fastify';

/** Aborts when the client has its whole answer or is gone, also if that has already happened. */
export function clientGone({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const gone = new AbortController();
  if (raw.destroyed) gone.abort();
  else raw.once('close', () => gone.abort());
  return gone.signal;
}
