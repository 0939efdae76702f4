import { singular, wordsOf } from './words.ts';

/** Words at which the object of a clause ends. */
const BOUNDARIES = new Set(
  (
    'for in at inside of to with from into on onto by as using via that which who where when so because about between after ' +
    'before without against through under within per than if until while whose'
  ).split(' '),
);

/** Returns the first sentence or line with a word. */
export function firstSentence(text: string): string {
  return /[^\s.!?;:][^.!?;:\n]*/.exec(text.trim().replace(/\.(?=\w)/g, ' '))?.[0] ?? '';
}

/** Returns the words up to the first preposition or relative word: of "write tests for the parser", `write` and `test`. */
export function upToBoundary(words: readonly string[]): string[] {
  const end = words.findIndex((word) => BOUNDARIES.has(word));
  return (end === -1 ? words : words.slice(0, end)).map(singular);
}

/** Prepositions before a place: where something is done, not what. */
const PLACES = new Set('in of for on at from inside within'.split(' '));

/** Returns the words of a text without places: of "fix the bug in the login form, with tests", `login` and `form` are removed. */
export function withoutPlaces(text: string, keep: (word: string) => boolean): string[] {
  const clauses = text.split(/[,;:.!?\n]+/);
  return clauses.flatMap((clause) => {
    let place = false;
    return singularWords(clause).filter((word) => {
      if (BOUNDARIES.has(word) || word === 'and') place = PLACES.has(word);
      return !place || keep(word);
    });
  });
}

/** Returns the words of a clause, in the singular. */
export function singularWords(text: string): string[] {
  return wordsOf(text).map(singular);
}
