import { wordsOf } from '../text/words.ts';
import type { Rule } from './rule.ts';
import { quote } from './quote.ts';
import { orderOf, sentencesOf } from './sentences.ts';

const STATES =
  /\b(?:is|are|was|were|isn't|aren't|has|have|had|seems?|looks?|feels?|crash(?:es|ed)?|fails?|failed|takes?|took|gets?|got|broke|breaks|hangs?|doesn't|don't|didn't|can't|cannot|won't|keeps?|complain(?:s|ed)?|struggles?|suffers?|went|goes|came|stopped|became|happen(?:s|ed)|annoys?|returns?|shows?|there's|it's|i'm)\b/i;
/** How English statements start; rules of English words find nothing in other languages. */
const BEGINS =
  /^(?:(?:yesterday|today|lately|recently|sometimes|often|currently|again|since \w+|last (?:week|night|month)),? )?(?:the|a|an|my|our|your|his|their|this|these|that|those|there|it|i|we|you|he|she|they|some|someone|something|everything|everybody|nothing|users?|customers?|people|it's|there's|i'm|we're|we've|i've|[\w-]+ (?:is|are|was|were|has|have|fails?|seems?|looks?|crashes|doesn't|don't|isn't|aren't))\b/i;
/** "Database connection error": the name of a problem, and nothing else. */
const COMPLAINS =
  /^(?:[\w'-]+ ){1,6}?(?:errors?|bugs?|issues?|problems?|exceptions?|failures?|crash(?:es)?)(?: (?:on|in|at|with|when|after) [\w' -]+)?[.!]?$/i;
/** Words with which a statement requests something. */
const WISHES =
  /\b(?:please|should|must|shall|want|wants|wanted|need|needs|ought|let's|has to|have to|would like|i'd like|make sure|ensure|goal|task|expected|instead|so that|todo|could you|can you|will you|would you)\b|\?/i;
/** A long text has its request somewhere that these rules do not see. */
const MOST_WORDS = 60;

/** Finds "the parser is slow": a statement that does not say what to do. */
export const noResult: Rule = (text) => {
  const sentences = sentencesOf(text);
  if (/[`:]/.test(text) || wordsOf(text).length > MOST_WORDS || WISHES.test(text)) return null;
  const clauses = sentences.flatMap((sentence) => sentence.split(/[,;:]|\b(?:and|then|so|but)\b/));
  if (clauses.some((clause) => orderOf(clause) !== null)) return null;
  const states =
    sentences.length > 0 && sentences.every((sentence) => BEGINS.test(sentence) && STATES.test(sentence));
  if (!states && !(text.length < 60 && COMPLAINS.test(text))) return null;
  return `${quote(text)} requests nothing. Say what the result should be.`;
};
