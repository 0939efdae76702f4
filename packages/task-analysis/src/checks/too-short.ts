import { EMPTY_NOUNS, FUNCTION_WORDS } from '../lexicon/empty-words.ts';
import { VERBS } from '../lexicon/verbs.ts';
import { singular, wordsOf } from '../text/words.ts';
import type { Rule } from './rule.ts';
import { quote } from './quote.ts';
import { hasName } from './subject.ts';

/** Words that alone or together ask for nothing. */
const EMPTY = new Set(
  'hi hello hola hallo hey ciao salut test testing help hilfe ayuda aide todo tbd asdf qwerty foo bar baz lorem continue weiter go on ok okay yes no ja nein si oui stop start do it that this please bitte continúa any idea ideas thoughts suggestions advice can you me i need'.split(
    ' ',
  ),
);
/** Scripts without spaces say much in few characters. */
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]{2,}/u;
/** Programs that people name with a word or two. */
const KNOWN =
  /^(?:git|npm|pnpm|yarn|ls|pytest|make|cargo|docker)\s+\S+|^go (?:build|test|vet|run|mod|fmt)|^(?:ls|pytest|make|pwd|whoami|date)$/i;

const ARITHMETIC = /^\W*\d[\d\s.,]*[-+*/^%×÷][-+*/^%×÷().,\d\s]*\d\W*$/;

/** Finds a text with too few words to say what is wanted. */
export const tooShort: Rule = (text) => {
  if (ARITHMETIC.test(text) || DENSE.test(text) || KNOWN.test(text) || (hasName(text) && /\s/.test(text)))
    return null;
  const words = wordsOf(text);
  const isEmpty = (word: string) => EMPTY.has(word) || FUNCTION_WORDS.has(word);
  const empty =
    words.every(isEmpty) ||
    (words.length === 2 && words.every((word) => isEmpty(word) || EMPTY_NOUNS.has(singular(word))));
  const alone =
    words.length === 1 && (text.length < 5 || VERBS.has(singular(words[0] ?? '')) || !hasName(text));
  if (words.length > 0 && !alone && !(empty && words.length <= 5)) return null;
  return words.length === 0
    ? 'It has no words. Say what to do, and with what.'
    : `${quote(text)} is too short to mean anything. Say what to do, and with what.`;
};
