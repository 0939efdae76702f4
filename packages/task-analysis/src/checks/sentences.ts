import { MANNERS, VERBS } from '../lexicon/verbs.ts';
import { NEEDS_A_NAME } from '../lexicon/empty-words.ts';
import { wordsOf } from '../text/words.ts';

/** Returns the sentences and lines of a text. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?。！？])\s+|[\n。！？]+/u)
    .map((sentence) => sentence.replace(/^\s*(?:[-*•]|\d+[.)])\s*/, '').trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

/** Question words are in the table of verbs, because tasks start with them; they are not instructions. */
const QUESTION = /^(?:what|why|how|who|when|where|which|is|are|does|can|should|do)$/;
/** "Do something" is an order, "do you" is a question. */
const WHAT_IS_DONE = new Set(['something', 'anything', 'everything', 'stuff', 'things', 'it', 'whatever']);
/** Words that start statements more often than instructions, although they look like verbs. */
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

/** Returns the verb of an instruction, at the start of a clause after polite words; null if it is not one. */
export function orderOf(clause: string): string | null {
  const words = wordsOf(clause);
  const first = words.find((word) => !MANNERS.has(word)) ?? '';
  const next = words[words.indexOf(first) + 1] ?? '';
  if (QUESTION.test(first) && !(first === 'do' && WHAT_IS_DONE.has(next))) return null;
  // After an article, a word that looks like a verb is not one: "the build is slow".
  if (/^(?:the|my|our)$/.test(words[words.indexOf(first) - 1] ?? '')) return null;
  if (
    RATHER_NOUNS.has(first) &&
    words.length > 2 &&
    /^(?:is|are|was|has|have|fails?|in)$/.test(words[words.indexOf(first) + 1] ?? '')
  )
    return null;
  return VERBS.has(first) || NEEDS_A_NAME.has(first) ? first : null;
}
