import type { FastifyInstance } from 'fastify';

/** How long the rest of a rejected body is read and discarded, in milliseconds. */
const LINGER_MS = 5000;

/**
 * Lets a client read a rejection that arrives while it still sends its body. Closing the connection at once, as
 * Fastify does, resets it: measured with fetch and a body of 11 MiB, 12 of 20 clients never saw the answer.
 */
export function useLingeringRefusals(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (reply.statusCode >= 400 && !request.raw.complete) reply.removeHeader('connection');
  });
  app.addHook('onResponse', async ({ raw }, reply) => {
    if (reply.statusCode < 400 || raw.complete) return;
    const timer = setTimeout(() => raw.destroy(), LINGER_MS).unref();
    raw.once('close', () => clearTimeout(timer));
  });
}
