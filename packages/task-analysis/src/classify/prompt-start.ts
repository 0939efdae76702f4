import { upToBoundary, firstSentence } from '../text/clauses.ts';
import { wordsOf } from '../text/words.ts';
import { MANNERS, VERBS } from '../lexicon/verbs.ts';

/** The start of a prompt. */
export interface PromptStart {
  /** The first verb or, if none is known, the first word that is not a polite one; '' for a text without words. */
  verb: string;
  known: boolean;
  /** The words of its object, in the singular. */
  object: string[];
}

/** How far into a sentence a verb is searched. */
const REACH = 10;

/** Finds what a prompt requests, in its first sentence: "please write tests for auth" is `write`, `[test]`. */
export function leadOf(text: string): PromptStart {
  const words = wordsOf(firstSentence(text));
  const start = words.findIndex((word) => !MANNERS.has(word));
  const rest = start === -1 ? [] : words.slice(start);
  const [first = ''] = rest;
  const at = VERBS.has(plain(first)) ? 0 : rest.slice(0, REACH).findIndex((word) => STRONG.has(word));
  const verb = plain(rest[Math.max(0, at)] ?? '');
  return { verb, known: at !== -1, object: upToBoundary(rest.slice(Math.max(0, at) + 1)) };
}

/** `what's` is `what`. */
function plain(word: string): string {
  return word.replace(/['’](?:s|re)$/, '');
}

/** Verbs that are rarely nouns: only these are found in the middle of a sentence. */
const STRONG: ReadonlySet<string> = new Set(
  (
    'create write generate add implement explain describe refactor fix analyze analyse calculate compute translate ' +
    'investigate rewrite optimize optimise summarize summarise parse install delete remove compile evaluate'
  ).split(' '),
);
