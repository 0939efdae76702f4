import { NEEDS_A_NAME } from '../lexicon/empty-words.ts';
import { wordsOf } from '../text/words.ts';
import type { Rule } from './rule.ts';
import { quote } from './quote.ts';
import { orderOf, sentencesOf } from './sentences.ts';
import { hasName, subjectOf } from './subject.ts';

/** References to something that is not written down. */
const HEARSAY =
  /\b(?:as|like|what|thing|stuff) (?:we|i|you) (?:discussed|talked|said|mentioned|agreed|told)|\bas (?:discussed|agreed|mentioned|before|usual|always)\b|\b(?:same|like) (?:as )?(?:last time|before|yesterday)\b|\bthe usual (?!case)|\byou know (?:what|which)\b/i;
/** The same, if no name says what it was about. */
const TALK = /\b(?:we|i|you) (?:discussed|(?:talked|spoke) about|agreed on|mentioned|told you about)\b/i;
/** Words that refer to something; before a prompt there is nothing that they could refer to. */
const POINTS = /\b(?:it|this|that|them|these|those|everything|something|stuff)\b/i;
/** A text of up to this many words may be about nothing. */
const MOST_WORDS = 14;

/** Finds "fix the bug" and "make it better": an instruction without an object, in a text that names nothing. */
export const vague: Rule = (text) => {
  const hearsay = HEARSAY.exec(text) ?? (hasName(text.slice(1)) ? null : TALK.exec(text));
  if (hearsay)
    return `${quote(hearsay[0])}: a fresh agent knows nothing of what was said before. Say it here.`;
  if (hasName(text.slice(1)) || /[:;]\s*\S/.test(text) || wordsOf(text).length > MOST_WORDS) return null;
  const order = sentencesOf(text)
    .flatMap((sentence) => sentence.split(/[,;]|\band\b/))
    .map(orderOf)
    .find((verb) => verb !== null);
  if (order === undefined || order === null || subjectOf(text).length > 0) return null;
  if (!NEEDS_A_NAME.has(order) && !POINTS.test(text)) return null;
  return `${quote(text)} does not say which. Name the file, the message, or what happens and what should.`;
};
