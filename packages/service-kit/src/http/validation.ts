import { check, faultsOf, MOST_FAULTS, type Fault } from '@cc-executor/contracts';
import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify';
import type { z } from 'zod';

/** The parts of a request in the order in which Fastify checks them; it stops at the first invalid one. */
const PARTS = [
  ['params', 'params'],
  ['body', 'body'],
  ['querystring', 'query'],
  ['headers', 'headers'],
] as const satisfies [keyof FastifySchema, keyof FastifyRequest][];

/**
 * Checks requests with the zod schemas of their routes; the types are those of @fastify/type-provider-zod. Its
 * own compiler turns paths into text, so that `tasks[2]` could not be distinguished from a key "2".
 */
export function useZodValidation(app: FastifyInstance): void {
  app.setValidatorCompiler<z.ZodType>(({ schema }) => (data: unknown) => {
    return check(schema, data);
  });
}

/** Returns the faults in the parts of a request after the one with the first fault. */
export function laterFaults(request: FastifyRequest, foundIn: string): Fault[] {
  const after = PARTS.findIndex(([name]) => name === foundIn) + 1;
  if (after === 0) return [];
  const schemas = request.routeOptions.schema as Record<string, z.ZodType | undefined> | undefined;
  return PARTS.slice(after).flatMap(([name, part]) => {
    const parsed = schemas?.[name]?.safeParse(request[part] ?? null);
    return parsed === undefined || parsed.success ? [] : faultsOf(parsed.error, MOST_FAULTS);
  });
}
