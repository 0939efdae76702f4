import type { Health } from '@cc-executor/contracts';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { readHealth, type HealthOptions } from '../health.ts';
import { Recent } from '../recent.ts';

/** So old may an answer be, in milliseconds: who asks often, also while Redis is busy, waits for no check. */
const YOUNG_MS = 1000;

/** `GET /health`, without a key: 200 while the service can do its work, else 503; when all is well, as it was within the last second. */
export function addHealthRoute(
  app: FastifyInstance,
  options: HealthOptions,
  schema: FastifySchema = {},
): void {
  // What is amiss is looked at again each time: it may be over.
  const isWell = ({ status }: Health) => status === 'healthy';
  const recent = new Recent(async () => await readHealth(options), YOUNG_MS, isWell);
  app.get('/health', { schema, config: { public: true } }, async (_request, reply) => {
    const health = await recent.get();
    return reply.code(health.status === 'unhealthy' ? 503 : 200).send(health);
  });
}
