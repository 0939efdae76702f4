import type { Rule } from './rule.ts';
import { quote } from './quote.ts';

/** References to earlier work in the same list. */
const EARLIER =
  /\b(?:(?:from|in|of|by|with) the (?:previous|earlier|prior|last|preceding) (?:task|step|prompt|run|session|conversation|part)s?|the (?:\w+ )?(?:previous|earlier|preceding) (?:task|step)(?:'s)?|(?:that|which|what) (?:you|we|i) (?:have |had )?(?:just |already |previously )?(?:made|created|wrote|built|generated|produced|found|designed|did|defined|set up)(?: (?:before|earlier|previously|above))?|(?:problems|bugs|issues|files?|results?|things) (?:that )?you (?:found|made|created|wrote|listed)|you (?:just|previously|already) (?:made|created|wrote|built|generated|produced|found|designed)|(?:created|made|written|built|generated|produced|found|designed|drafted|planned|defined) (?:before|earlier|above|previously)|(?:from|as) (?:before|earlier|above|last time|yesterday)|the \w+ you (?:made|created|wrote|built|generated|produced|designed|drafted|planned)|the previous (?:output|results?|answer|code|response|work|report|analysis|file)|where (?:you|we|the (?:last|previous) \w+) (?:left off|stopped|ended)|(?:analysis|results?|list|code|findings|plan|summary|text|output|report|design) above|the above (?:\w+)|our (?:last|previous) (?:conversation|session|chat)|continue (?:from|with) (?:the )?(?:previous|last|earlier|above))\b/i;
const NUMBERED = /\b(?:task|step) (?:no\.? |number |#)?(\d{1,4})\b/gi;
/** A list of steps in the prompt itself. */
const OWN_STEPS = /(?:^|\n)[^\S\n]*(?:\d+[.)]|[-*•]|#{1,4}|(?:step|task) \d+[:.])\s/i;

/** Finds "the report from the previous task" if there is no such task. */
export const missingEarlier: Rule = (text, earlier) => {
  if (OWN_STEPS.test(text)) return null;
  for (const { 0: words, 1: number, index } of text.matchAll(NUMBERED)) {
    if (Number(number) > earlier.length && refersBack(text, index))
      return `${quote(words)}: ${countOf(earlier)} before this one. Name the file that it makes, or put it into the list.`;
  }
  const found = earlier.length === 0 ? EARLIER.exec(text) : null;
  if (!found || describesItself(text, found.index)) return null;
  return `${quote(found[0])}: there is no task before this one. Say it here, or name the file that it is in.`;
};

/** "In task 3", "as in step 2", not "add a step 2". */
function refersBack(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 40), at);
  return /\b(?:in|from|of|by|with|as|like|see|after|than|on)\s+(?:the\s+)?$/i.test(before);
}

/** Text above in the same prompt exists. */
function describesItself(text: string, at: number): boolean {
  return text.slice(0, at).split(/\s+/).length > 40 || text.slice(0, at).includes('\n\n');
}

function countOf(earlier: readonly string[]): string {
  return earlier.length === 0
    ? 'there is no task'
    : earlier.length === 1
      ? 'there is 1 task'
      : `there are ${String(earlier.length)} tasks`;
}
