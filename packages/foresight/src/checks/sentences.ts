import { MANNERS, VERBS } from '../lexicon/verbs.ts';
import { NEEDS_A_NAME } from '../lexicon/empty-words.ts';
import { wordsOf } from '../text/words.ts';

/** The sentences and lines of a text. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?。！？])\s+|[\n。！？]+/u)
    .map((sentence) => sentence.replace(/^\s*(?:[-*•]|\d+[.)])\s*/, '').trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

/** Question words are in the table of verbs, because tasks begin with them; they give no order. */
const QUESTION = /^(?:what|why|how|who|when|where|which|is|are|does|can|should|do)$/;
/** Words that begin statements more often than orders, though verbs look like them. */
const RATHER_NOUNS = new Set([
  'test',
  'cache',
  'code',
  'profile',
  'query',
  'model',
  'file',
  'program',
  'process',
]);

/** The verb that a clause orders with, at its beginning but for manners; null where it gives no order. */
export function orderOf(clause: string): string | null {
  const words = wordsOf(clause);
  const first = words.find((word) => !MANNERS.has(word)) ?? '';
  if (QUESTION.test(first)) return null;
  // After an article a word that looks like a verb is none: "the build is slow".
  if (/^(?:the|my|our)$/.test(words[words.indexOf(first) - 1] ?? '')) return null;
  if (
    RATHER_NOUNS.has(first) &&
    words.length > 2 &&
    /^(?:is|are|was|has|have|fails?|in)$/.test(words[words.indexOf(first) + 1] ?? '')
  )
    return null;
  return VERBS.has(first) || NEEDS_A_NAME.has(first) ? first : null;
}
