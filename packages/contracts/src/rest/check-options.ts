import { z } from 'zod';
import { LIMITS } from '../language/limits.ts';
import { textOf } from '../language/text.ts';

export const ON_CHECK_FAILURE = ['fail', 'warn', 'fix'] as const;
export type OnCheckFailure = (typeof ON_CHECK_FAILURE)[number];

const Check = textOf('A command line that has to end with exit code 0.', LIMITS.checkBytes);

/** The options of the checks that follow a task's agent, for one task or for all tasks of a list. */
export const checkOptions = {
  checks: z
    .array(Check, 'must be a list of commands')
    .max(LIMITS.checks, `must have at most ${String(LIMITS.checks)} commands`)
    .optional()
    .describe(
      'Commands that run in the workspace after the task, one after the other; each must end with exit code 0. Those of a list apply to each task without its own.',
    ),
  on_check_failure: z
    .enum(ON_CHECK_FAILURE, 'must be "fail", "warn" or "fix"')
    .optional()
    .describe(
      'What a failed check does: fail (the default) fails the task, warn adds a warning, fix starts a new agent with the task and the output of the checks, then runs the checks again. A list\'s "fix" counts as "fail" for its commands.',
    ),
  max_fixes: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(LIMITS.fixes, `must be at most ${String(LIMITS.fixes)}`)
    .optional()
    .describe(
      `How often a new agent may try to fix failed checks in one attempt; default: ${String(LIMITS.defaultFixes)}.`,
    ),
} as const;

export const CheckOptions = z.strictObject(checkOptions);
/** The given options. */
export type CheckOptions = z.output<typeof CheckOptions>;

type Given = Partial<Record<keyof CheckOptions, unknown>>;

/** Returns the conflicts between options that are valid one by one, of a list and its tasks. Some may have a wrong type. */
export function checkConflicts(
  list: Given & { tasks?: unknown },
): { path: (string | number)[]; message: string }[] {
  const tasks = (Array.isArray(list.tasks) ? list.tasks : []).map((task: unknown) =>
    typeof task === 'object' && task !== null ? (task as Given) : {},
  );
  return [
    ...idle(list, [list, ...tasks]).map(({ name, message }) => ({ path: [name], message })),
    ...tasks.flatMap((task, index) =>
      idle(task, [{ ...list, ...task }]).map(({ name, message }) => ({
        path: ['tasks', index, name],
        message,
      })),
    ),
  ];
}

/** Returns options without effect, because none of `those` that they apply to has what they need. */
function idle(options: Given, those: readonly Given[]): { name: string; message: string }[] {
  const isChecked = those.some(({ checks }) => checks !== undefined && !isEmptyList(checks));
  const isFixed = those.some(({ on_check_failure }) => on_check_failure === 'fix');
  const needs = (name: 'on_check_failure' | 'max_fixes') => {
    if (!isChecked) return 'checks';
    return name === 'max_fixes' && !isFixed ? 'on_check_failure "fix"' : null;
  };
  return (['on_check_failure', 'max_fixes'] as const).flatMap((name) => {
    const needed = options[name] === undefined ? null : needs(name);
    return needed === null ? [] : [{ name, message: `needs ${needed}` }];
  });
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
