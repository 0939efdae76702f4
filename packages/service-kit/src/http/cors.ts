import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/** Headers that a page may read: where to continue, and when to retry. */
const EXPOSED = ['allow', 'content-range', 'location', 'preference-applied', 'retry-after', 'x-request-id'];
/** How long a browser caches a preflight, in seconds. */
const MAX_AGE = 600;

/**
 * Lets browsers pass our answers to the requesting pages. Add it after the check of the source: a request that
 * passed that and has an Origin is from an allowed page.
 */
export function useCors(app: FastifyInstance): void {
  void app.register(cors, {
    origin: (origin, decide) => decide(null, origin ?? false),
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: MAX_AGE,
    // An OPTIONS request that is not from a browser is answered like any other.
    strictPreflight: false,
  });
}
