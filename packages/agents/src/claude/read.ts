/** Readers for the output of another program. A value of an unexpected type counts as absent. */

export const textOr = <T>(value: unknown, other: T): string | T =>
  typeof value === 'string' ? value : other;

export const numberOr = <T>(value: unknown, other: T): number | T =>
  typeof value === 'number' && Number.isFinite(value) ? value : other;

/** A whole number that is not negative. */
export const countOr = <T>(value: unknown, other: T): number | T =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : other;

export const flagOr = <T>(value: unknown, other: T): boolean | T =>
  typeof value === 'boolean' ? value : other;

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
