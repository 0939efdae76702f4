import type { z } from 'zod';
import { invalidRequest, type Fault } from './errors.ts';

/**
 * Every fault of a failed parse, as `tasks[2].timeout` and a sentence. Of a union, only the branch is told whose
 * kind of value was given: a string beside an object's faults would be noise.
 */
export function faultsOf(error: z.core.$ZodError): Fault[] {
  return error.issues.flatMap((issue) => flatten(issue, []));
}

/** Parses `value`; throws INVALID_REQUEST with every fault when it does not fit. */
export function parseOrThrow<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidRequest(faultsOf(parsed.error));
}

function flatten(issue: z.core.$ZodIssue, base: PropertyKey[]): Fault[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: formatPath([...path, key]), message: 'unknown key' }));
  if (issue.code !== 'invalid_union') return [{ path: formatPath(path), message: issue.message }];
  const fitting = issue.errors.filter(
    (branch) => !branch.some((i) => i.code === 'invalid_type' && i.path.length === 0),
  );
  if (fitting.length === 0) return [{ path: formatPath(path), message: issue.message }];
  return fitting.flat().flatMap((inner) => flatten(inner, path));
}

/** `['tasks', 2, 'timeout']` as `tasks[2].timeout`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${String(key)}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
