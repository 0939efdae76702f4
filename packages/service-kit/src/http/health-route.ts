import type { FastifyInstance, FastifySchema } from 'fastify';
import { readHealth, type HealthOptions } from '../health.ts';

/** `GET /health`, without a key: 200 while the service can do its work, else 503. */
export function addHealthRoute(
  app: FastifyInstance,
  options: HealthOptions,
  schema: FastifySchema = {},
): void {
  app.get('/health', { schema, config: { public: true } }, async (_request, reply) => {
    const health = await readHealth(options);
    return reply.code(health.status === 'unhealthy' ? 503 : 200).send(health);
  });
}
