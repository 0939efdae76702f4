import { z } from 'zod';
import { LIMITS } from './limits.ts';

const keyFault =
  'must be 1 to 63 letters, digits, dots, dashes, underscores or slashes, and begin with a letter or digit';
const longest = String(LIMITS.labelCharacters);

/** The title of an execution. */
export const Title = z
  .string('must be a string')
  .trim()
  .min(1, 'must not be empty')
  .max(LIMITS.nameCharacters, `must have at most ${String(LIMITS.nameCharacters)} characters`);

/** Names and values to find executions. */
export const Labels = z
  .record(
    z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/, keyFault),
    z.string('must be a string').max(LIMITS.labelCharacters, `must have at most ${longest} characters`),
    'must be an object with a string for each label',
  )
  .refine((labels) => Object.keys(labels).length <= LIMITS.labels, {
    error: `must have at most ${String(LIMITS.labels)} labels`,
  });
export type Labels = z.output<typeof Labels>;
