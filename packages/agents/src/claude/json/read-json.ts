import type { SchemaCheck } from '@cc-executor/service-kit/json-schema';
import { jsonrepair } from 'jsonrepair';
import { fencedBlocks } from './code-fences.ts';

/** JSON that was read of a text. */
interface Read {
  value: unknown;
  /** What had to be done to read it; null: nothing. */
  mended: string | null;
}

/**
 * Reads the JSON of an answer: the whole of it, or, where that is none, what stands in a code fence or between prose,
 * or what can be repaired. Of several, what fits the schema is taken. A sentence says what is wrong when there is none.
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

/** Each value that the text may mean, the likeliest first. */
function* candidates(text: string, hasSchema: boolean): Generator<Read> {
  const whole = text.trim();
  const parsed = parse(whole);
  if (parsed) return yield { ...parsed, mended: null };
  // A text that begins as JSON is JSON as a whole: a fence in it belongs to one of its strings.
  if (/^(\{|\[\s*[[{"])/.test(whole)) yield* repaired(whole, 'it was repaired');
  // The last one first: the answer comes at the end.
  const fenced = fencedBlocks(whole).toReversed();
  for (const part of fenced) yield* strict(part, 'it stood in a code fence');
  for (const part of fenced) yield* repaired(part, 'it stood in a code fence, and was repaired');
  const embedded = embeddedParts(whole);
  for (const part of embedded) yield* strict(part, 'it stood between other text');
  // Without a schema, brackets in prose can be made into anything.
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

/** What stands between the first bracket of a kind and the last one, the longer first. */
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
