import { LIMITS } from '@cc-executor/contracts';

/** Lists and objects in one another: a schema may have a hundred levels, and stands in a task of a list. */
export const MOST_LEVELS = LIMITS.schemaLevels + 10;

export function tooDeepMessage(): string {
  return `is nested too deeply: in more than ${String(MOST_LEVELS)} levels`;
}
