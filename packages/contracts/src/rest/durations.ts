import { z } from 'zod';
import { secondsIn } from '../language/duration.ts';
import { LIMITS } from '../language/limits.ts';

const WRONG = 'must be a number of seconds, or a duration such as "10m" or "1h30m"';
const WRONG_OR_AUTO = 'must be a number of seconds, a duration such as "10m" or "1h30m", or "auto"';

/** A time as a request may have it: seconds, or a text such as "90", "10m" or "1h30m". */
export type Duration = number | string;

/** Returns the seconds of a duration that a schema has accepted. */
export function secondsOfDuration(duration: Duration): number {
  return typeof duration === 'number' ? duration : (secondsIn(duration) ?? 0);
}

/** Returns the schema of a duration: seconds, or a text such as `10m`. */
export function durationOf(what: string) {
  return z
    .union([numberOf(), textOf(WRONG)], WRONG)
    .describe(`${what} Seconds, or a text such as "10m" or "1h30m".`);
}

/** Returns the schema of a duration, or of `auto`: learned from earlier runs. */
export function timeoutOf(what: string) {
  return z
    .union([numberOf(), z.literal('auto', WRONG_OR_AUTO), textOf(WRONG_OR_AUTO)], WRONG_OR_AUTO)
    .describe(
      `${what} Seconds, or a text such as "10m" or "1h30m". "auto": what such tasks hardly ever take, once that is known from earlier runs.`,
    );
}

function numberOf() {
  return z
    .number('must be a number of seconds')
    .positive('must be more than 0 seconds')
    .max(LIMITS.timeoutSeconds, `must be at most ${String(LIMITS.timeoutSeconds)} seconds (7 days)`);
}

function textOf(wrong: string) {
  return z
    .string(wrong)
    .refine((text) => text === 'auto' || secondsIn(text) !== null, wrong)
    .refine((text) => secondsIn(text) !== 0, 'must be more than 0 seconds')
    .refine(
      (text) => (secondsIn(text) ?? 0) <= LIMITS.timeoutSeconds,
      `must be at most ${String(LIMITS.timeoutSeconds)} seconds (7 days)`,
    );
}
