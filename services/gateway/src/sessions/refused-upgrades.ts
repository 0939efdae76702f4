import type { FastifyInstance } from 'fastify';

/**
 * Node hands over the connection of an upgrade and forgets it: one that is answered with a refusal instead has to be
 * closed by us, or it stays open for as long as its client likes.
 */
export function closeRefusedUpgrades(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.headers.upgrade === undefined) return;
    void reply.header('connection', 'close');
    reply.raw.once('finish', () => request.raw.socket.destroySoon());
  });
}
