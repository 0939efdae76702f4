import type { z } from 'zod';
import { invalidRequest, MOST_FAULTS, type CcError, type Fault } from './errors.ts';
import { formatPath } from './format-path.ts';
import { knownKeys } from './known-keys.ts';
import { shapeFault } from './shape.ts';
import { closestTo } from './suggest.ts';

/**
 * Returns the faults of a failed parse, as `tasks[2].timeout` and a sentence, at most `most` of them. For a union, only the branch
 * that matches the kind of the value is reported: a string's fault beside an object's would be noise.
 */
export function faultsOf(error: z.core.$ZodError, most = Infinity): Fault[] {
  const faults: Fault[] = [];
  // No more are shown, and each takes as long as there are known keys.
  const suggests = () => faults.length < MOST_FAULTS;
  for (const issue of error.issues)
    for (const fault of flatten(issue, [], suggests)) {
      if (faults.length >= most) return faults;
      faults.push(fault);
    }
  return faults;
}

/** Checks a value against a schema, in time proportional to the value's size, also if all of it is wrong. */
export function check<T extends z.ZodType>(
  schema: T,
  value: unknown,
): { value: z.output<T>; error?: never } | { error: CcError } {
  const fault = shapeFault(value);
  if (fault) return { error: invalidRequest([fault]) };
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  return { error: invalidRequest(faultsOf(parsed.error, MOST_FAULTS), countOf(parsed.error)) };
}

/** Parses `value`. Throws INVALID_REQUEST with its faults if it is invalid. */
export function parseOrThrow<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const checked = check(schema, value);
  if (checked.error) throw checked.error;
  return checked.value;
}

function countOf({ issues }: z.core.$ZodError): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

function* flatten(issue: z.core.$ZodIssue, base: PropertyKey[], suggests: () => boolean): Generator<Fault> {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      yield { path: formatPath([...path, key]), message: unknownKey(key, suggests()) };
    }
    return;
  }
  const fitting =
    issue.code === 'invalid_union'
      ? issue.errors.filter((branch) => !branch.some((i) => i.code === 'invalid_type' && i.path.length === 0))
      : [];
  if (fitting.length === 0) yield { path: formatPath(path), message: messageOf(issue) };
  for (const branch of fitting) for (const inner of branch) yield* flatten(inner, path, suggests);
}

/** A key that is known has its own place; any other is perhaps misspelt. */
function unknownKey(key: string, suggests: boolean): string {
  const places = knownKeys().get(key);
  if (places) return `unknown key here; it belongs to ${places.join(' or ')}`;
  const meant = suggests ? closestTo(key, knownKeys().keys()) : null;
  return meant === null ? 'unknown key' : `unknown key; did you mean ${meant}?`;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** Returns the sentence of an issue; where the schema has none, one like those that it has. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (!issue.message.startsWith('Invalid ')) return issue.message;
  if (issue.code === 'invalid_type') return `must be ${EXPECTED[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value')
    return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
  return issue.message;
}
