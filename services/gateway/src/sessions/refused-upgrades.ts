import type { FastifyInstance } from 'fastify';

/**
 * Node hands over the connection of an upgrade and forgets it: a rejected one has to be
 * closed here, or it stays open as long as its client wants.
 */
export function closeRefusedUpgrades(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.headers.upgrade === undefined) return;
    void reply.header('connection', 'close');
    reply.raw.once('finish', () => request.raw.socket.destroySoon());
  });
}
