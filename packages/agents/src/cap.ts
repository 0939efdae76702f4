import { byteLength } from '@cc-executor/contracts/limits';

/** The largest raw message, text or content that an event carries, in bytes of JSON; the transcript has all. */
const EVENT_BYTES = 64 * 1024;
/** The length to which each string of a too large content is cut, in UTF-16 units. */
const PART_UNITS = 8 * 1024;

const bytesOf = (value: unknown) => byteLength(JSON.stringify(value) ?? '');

/** Returns the value, or the number of bytes that are only in the transcript. */
export function capRaw(value: unknown): unknown {
  const bytes = bytesOf(value);
  return bytes <= EVENT_BYTES ? value : { omitted_bytes: bytes };
}

/** Returns the text, or its beginning with a visible mark of what is missing. */
export function capText(text: string): string {
  return bytesOf(text) <= EVENT_BYTES ? text : cut(text, EVENT_BYTES / 8);
}

/** Returns a tool's input or result; if it is too large as a whole, its long strings are cut. */
export function capContent(value: unknown): unknown {
  if (typeof value === 'string') return capText(value);
  return bytesOf(value) <= EVENT_BYTES ? value : capRaw(cutStrings(value));
}

/** The JSON of one character has at most six bytes, so the kept text is always within the bounds. */
function cut(text: string, units: number): string {
  if (text.length <= units) return text;
  // Never cut between the halves of a surrogate pair.
  const kept = text.slice(0, units).replace(/[\uD800-\uDBFF]$/, '');
  const missing = byteLength(text) - byteLength(kept);
  return `${kept}… [${String(missing)} bytes more, in the transcript]`;
}

function cutStrings(value: unknown): unknown {
  if (typeof value === 'string') return cut(value, PART_UNITS);
  if (Array.isArray(value)) return value.map(cutStrings);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cutStrings(part)]));
}
