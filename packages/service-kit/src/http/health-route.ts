import type { Health } from '@cc-executor/contracts';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { readHealth, type HealthOptions } from '../health.ts';
import { Recent } from '../recent.ts';

/** The maximum age of an answer, in milliseconds: a frequent caller, also while Redis is busy, waits for no check. */
const YOUNG_MS = 1000;

/**
 * Adds `GET /health` and other names of it, without a key: 200 while the service can work, else 503. A good answer may be up
 * to a second old.
 */
export function addHealthRoute(
  app: FastifyInstance,
  options: HealthOptions,
  schema: FastifySchema = {},
  names: readonly string[] = ['/health'],
): void {
  // A failed check runs again each time: the problem may be over.
  const isWell = ({ status }: Health) => status === 'healthy';
  const recent = new Recent(async () => await readHealth(options), YOUNG_MS, isWell);
  for (const name of names)
    app.get(name, { schema, config: { public: true } }, async (_request, reply) => {
      const health = await recent.get();
      return reply.code(health.status === 'unhealthy' ? 503 : 200).send(health);
    });
}
