import type { SchemaCheck } from '@cc-executor/task-rules/json-schema';
import { jsonrepair } from 'jsonrepair';
import { fencedBlocks } from './code-fences.ts';

/** JSON that was read from a text. */
interface Read {
  value: unknown;
  /** The repair that was needed to parse it; null: none. */
  mended: string | null;
}

/**
 * Reads the JSON of an answer: all of it or, if that is not JSON, the content of a code fence, the part between prose,
 * or what can be repaired. Of several, the first that fits the schema is used. Returns a sentence if there is none.
 */
export function readJson(text: string, check: SchemaCheck | null): Read | string {
  let why: string | undefined;
  for (const candidate of candidates(text, check !== null)) {
    const fault = check?.(candidate.value) ?? null;
    if (fault === null) return { value: candidate.value, mended: candidate.mended };
    why ??= `The answer does not fit the schema: ${fault}.`;
  }
  return why ?? 'The answer is not JSON.';
}

/** Returns each value that the text may mean, the likeliest first. */
function* candidates(text: string, hasSchema: boolean): Generator<Read> {
  const whole = text.trim();
  const parsed = parse(whole);
  if (parsed) return yield { ...parsed, mended: null };
  // A text that starts as JSON is JSON as a whole: a fence in it belongs to one of its strings.
  if (/^(\{|\[\s*[[{"])/.test(whole)) yield* repaired(whole, 'it was repaired');
  // The last one first: the answer is at the end.
  const fenced = fencedBlocks(whole).toReversed();
  for (const part of fenced) yield* strict(part, 'it stood in a code fence');
  for (const part of fenced) yield* repaired(part, 'it stood in a code fence, and was repaired');
  const embedded = embeddedParts(whole);
  for (const part of embedded) yield* strict(part, 'it stood between other text');
  // Without a schema, brackets in prose could be repaired into anything.
  if (hasSchema)
    for (const part of embedded) yield* repaired(part, 'it stood between other text, and was repaired');
}

function* strict(text: string, mended: string): Generator<Read> {
  const parsed = parse(text);
  if (parsed) yield { ...parsed, mended };
}

function* repaired(text: string, mended: string): Generator<Read> {
  if (!/^[{[]/.test(text)) return;
  try {
    yield { value: JSON.parse(jsonrepair(text)) as unknown, mended };
  } catch {
    // beyond repair
  }
}

function parse(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

/** Returns the text between the first and the last bracket of a kind, the longer one first. */
function embeddedParts(text: string): string[] {
  const spans = [
    [text.indexOf('{'), text.lastIndexOf('}')],
    [text.indexOf('['), text.lastIndexOf(']')],
  ] as const;
  return spans
    .filter(([from, to]) => from >= 0 && to > from)
    .map(([from, to]) => text.slice(from, to + 1))
    .toSorted((a, b) => b.length - a.length);
}
