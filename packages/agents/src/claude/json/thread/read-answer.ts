import { isDeeperThan } from '@cc-executor/contracts';
import { compileSchema } from '@cc-executor/task-rules/json-schema';
import { withoutUuid } from '../../uuid-request.ts';
import { MOST_LEVELS, TOO_DEEP } from '../depth.ts';
import { readJson } from '../read-json.ts';

/** An answer that had to be JSON. */
export interface AnswerToRead {
  text: string;
  /** True if the text is the JSON that the model passed to its tool. */
  isWhole: boolean;
  /** The schema as JSON; null: any JSON is accepted. */
  schema: string | null;
  /** True if the schema has no field for the UUID of the answer. */
  isBeside: boolean;
}

/** Returns the JSON of an answer that fits its schema, as text; or a sentence on what is wrong with it. */
export function readAnswer({
  text,
  isWhole,
  schema,
  isBeside,
}: AnswerToRead): { json: string; mended: string | null } | { fault: string } {
  const fits = schema === null ? null : compileSchema(JSON.parse(schema) as Record<string, unknown>);
  const check = fits && ((value: unknown) => fits(isBeside ? withoutUuid(value) : value));
  if (isWhole) {
    const fault = check?.(JSON.parse(text)) ?? null;
    return fault === null
      ? { json: text, mended: null }
      : { fault: `The answer does not fit the schema: ${fault}.` };
  }
  const read = readJson(text, check);
  if (typeof read === 'string') return { fault: read };
  if (isDeeperThan(read.value, MOST_LEVELS)) return { fault: TOO_DEEP };
  return { json: JSON.stringify(read.value), mended: read.mended };
}
