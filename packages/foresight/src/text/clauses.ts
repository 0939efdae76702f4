import { singular, wordsOf } from './words.ts';

/** Words that a clause's object ends before. */
const BOUNDARIES = new Set(
  (
    'for in at inside of to with from into on onto by as using via that which who where when so because about between after ' +
    'before without against through under within per than if until while whose'
  ).split(' '),
);

/** The first sentence or line that has a word in it. */
export function firstSentence(text: string): string {
  return /[^\s.!?;:][^.!?;:\n]*/.exec(text.trim().replace(/\.(?=\w)/g, ' '))?.[0] ?? '';
}

/** The words up to the first preposition or relative word: of "write tests for the parser", `write` and `test`. */
export function upToBoundary(words: readonly string[]): string[] {
  const end = words.findIndex((word) => BOUNDARIES.has(word));
  return (end === -1 ? words : words.slice(0, end)).map(singular);
}

/** Prepositions that a place follows: where something is done, not what. */
const PLACES = new Set('in of for on at from inside within'.split(' '));

/** The words of a text without its places: of "fix the bug in the login form, with tests", `login` and `form` go. */
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

/** The words of a clause, in singular. */
export function singularWords(text: string): string[] {
  return wordsOf(text).map(singular);
}
