import { EMPTY_NOUNS, FUNCTION_WORDS, NEEDS_A_NAME } from '../lexicon/empty-words.ts';
import { VERBS } from '../lexicon/verbs.ts';
import { singular, withoutNames, wordsOf } from '../text/words.ts';

/** A name in a text: a path, something quoted, an identifier, a number. */
const NAME = /[`"“«]|\d|[\w-]\/[\w-]|\w\.[a-z]{1,5}\b|\w_\w|[a-z][A-Z]/;
/** A capital letter inside a sentence; in German every noun has one. */
const CAPITALISED = /(?<=[a-zß-ÿ,] )\p{Lu}[\p{L}\p{N}]+/gu;

/** `it's` is as empty as `it`. */
const SHORTENED = /['’](?:s|re|ve|ll|d|m)$/;

/** "Properly": how something is done is not what is done. */
const MANNER = /\w{3}ly$/;
const NO_MANNER = new Set('family assembly supply apply reply anomaly monopoly italy butterfly'.split(' '));

/** Returns the words of a text that say what it is about: no grammar, no leading verb, no generic noun. */
export function subjectOf(text: string): string[] {
  const words = wordsOf(withoutNames(text));
  return words.filter((word) => {
    const one = singular(word);
    return (
      !(MANNER.test(word) && !NO_MANNER.has(word)) &&
      !FUNCTION_WORDS.has(word.replace(SHORTENED, '')) &&
      !EMPTY_NOUNS.has(one) &&
      !VERBS.has(word) &&
      !NEEDS_A_NAME.has(word)
    );
  });
}

/** Returns whether a text names something. */
export function hasName(text: string): boolean {
  if (NAME.test(text)) return true;
  return [...text.matchAll(CAPITALISED)].some(([word]) => !EMPTY_NOUNS.has(singular(word.toLowerCase())));
}
