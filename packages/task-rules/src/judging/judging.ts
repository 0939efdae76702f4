import { extname, join } from 'node:path';
import { BoundedThread } from '@cc-executor/service-kit/threads';
import type { JudgingFunctions } from './main.ts';

/** The schema, or its compiled form. */
const PROGRAM = join(import.meta.dirname, `main${extname(import.meta.filename)}`);
/** For one schema of at most 64 KiB, or one prompt of at most 1 MiB; most take milliseconds. */
const BOUNDS = { deadlineMs: 5000, memoryMb: 256 };
/** For all schemas of a list, in milliseconds. */
const LIST_MS = 20_000;

/** The thread that checks slow parts of submissions. */
export const judging = new BoundedThread<JudgingFunctions>(PROGRAM, BOUNDS);

/**
 * Returns what is wrong with each of these JSON schemas, as text; null: valid. They are compiled in a thread with
 * a deadline. After 20 s in total, the rest is rejected as well.
 */
export async function schemaFaults(schemas: readonly string[]): Promise<(string | null)[]> {
  const known = new Map<string, string | null>();
  const end = performance.now() + LIST_MS;
  for (const schema of schemas)
    if (!known.has(schema))
      known.set(
        schema,
        performance.now() < end
          ? await judging.call('compile', schema).then(
              () => null,
              (error: Error) => error.message,
            )
          : `the schemas of this list take more than ${String(LIST_MS / 1000)} seconds`,
      );
  return schemas.map((schema) => known.get(schema) ?? null);
}
