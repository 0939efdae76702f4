import * as fc from 'fast-check';
import { hostileText } from './hostile.ts';

/** What a task may be without anything being run but `true`; prompts wait for a credential that there is none of. */
const work = fc.oneof(
  fc.record({ command: fc.constantFrom('true', 'true --anything', "true 'a b'") }),
  fc.record({ command: hostileText }),
  fc.record({ prompt: hostileText }),
  fc.record({ prompt: hostileText, template: fc.constant(true) }),
);
const named = fc.option(
  fc.nat(30).map((n) => `run-${String(n)}`),
  { nil: undefined, freq: 3 },
);

/**
 * Lists of tasks in place of what a schema alone would give: a schema cannot say that a task is exactly one of a prompt
 * and a command, so that hardly anything that it gives would be accepted.
 */
export function submissionsOf(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(values, fc.array(work, { minLength: 1, maxLength: 4 }), fc.boolean(), named)
    .map(([value, tasks, isPlain, id]) => {
      if (typeof value !== 'object' || value === null || !('tasks' in value)) return value;
      const own = Array.isArray(value.tasks) ? (value.tasks as unknown[]) : [];
      const mended = tasks.map((task, index) => {
        const given = own[index];
        if (isPlain || typeof given !== 'object' || given === null) return task;
        const { prompt: _, command: __, ...options } = given as Record<string, unknown>;
        return { ...options, ...task };
      });
      return { ...value, tasks: mended, ...(id !== undefined && { execution_id: id }) };
    });
}
