/** The longest name or version that is taken over, in UTF-16 units. */
const NAME_UNITS = 200;
/** The most of a foreign value that is reported, in UTF-16 units. */
const WORDS_UNITS = 500;
/** More than any request has; sums over all attempts of a list stay exact. */
const MOST_TOKENS = 1e9;

/** Returns a text that has at most so many UTF-16 units and does not end with half a character. */
export function beginningOf(text: string, units: number): string {
  return text.length <= units ? text : text.slice(0, units).replace(/[\uD800-\uDBFF]$/, '');
}

/** Returns a name or a version from a foreign server, at most 200 UTF-16 units of it; null: it is not a text, or empty. */
export function nameOr(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? beginningOf(value, NAME_UNITS) : null;
}

/** Returns a value from a foreign program in words: a text as it is, anything else as JSON; at most `units` UTF-16 units of it. */
export function wordsOf(value: unknown, units = WORDS_UNITS): string {
  return beginningOf(typeof value === 'string' ? value : jsonOf(value), units);
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'nothing';
  } catch {
    return 'something that is nested too deep';
  }
}

/** Returns a number of tokens from a foreign server; null: it is not a whole number from 0 to 1,000,000,000. */
export function tokensOr(value: unknown): number | null {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_TOKENS ? Number(value) : null;
}

/** Returns the fields of a value that may have any type; a list or what is no object has none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
