import { Problem } from '@cc-executor/contracts';
import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { ExecutionId } from '@cc-executor/contracts';
import type { ApiDependencies } from './dependencies.ts';
import { EXAMPLE_ID } from './schema-examples.ts';

/** The app, with request types read from the zod schemas of its routes. */
type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Adds the routes of one concern. */
export type Route = (app: Api, dependencies: ApiDependencies) => void;

const timeMessage = 'must be a time, like 2026-01-31T20:00:00Z, or a date, like 2026-01-31';
const Time = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);
/** A time in a query: RFC 3339, or a date, which starts in UTC. */
export const time = z
  .string(timeMessage)
  .refine((text) => Time.safeParse(text).success, timeMessage)
  .transform((text) => new Date(text));

/** The `{id}` of an address. */
export const ExecutionParams = z.strictObject({
  id: ExecutionId.meta({ examples: [EXAMPLE_ID] }),
});

const wholeNumber = 'must be a whole number, 1 or more';
export const whole = z.coerce.number(wholeNumber).int(wholeNumber).positive(wholeNumber);

/** The `{id}` and `{n}` of an address; `n`: the number of a task. */
export const TaskParams = ExecutionParams.extend({ n: whole.meta({ examples: [1] }) });

/** The error answers of every route, for the description. */
export const problems = Object.fromEntries(
  (['4xx', '5xx'] as const).map((status) => [status, Problem.describe('A problem document (RFC 9457).')]),
);
