import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/** What a page may read beside the body: where to go on, and how to ask again. */
const EXPOSED = ['allow', 'content-range', 'location', 'preference-applied', 'retry-after', 'x-request-id'];
/** A browser asks again after this time, in seconds. */
const MAX_AGE = 600;

/**
 * Lets browsers give our answers to the pages that asked. To be added after the check of the source: whoever has come
 * past that, and names an Origin, is a page that may call.
 */
export function useCors(app: FastifyInstance): void {
  void app.register(cors, {
    origin: (origin, decide) => decide(null, origin ?? false),
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: MAX_AGE,
    // An OPTIONS of no browser is answered as any other address is.
    strictPreflight: false,
  });
}
