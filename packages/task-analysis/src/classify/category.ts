import type { Category } from '@cc-executor/contracts';
import { NOUNS } from '../lexicon/nouns.ts';
import { VERBS } from '../lexicon/verbs.ts';
import { firstSentence, singularWords } from '../text/clauses.ts';
import type { PromptStart } from './prompt-start.ts';

const ASKS_FOR_A_VALUE = /^\W*(?:what(?:'s| is)|how much is|calculate|compute|evaluate|solve)\s+/i;
const FORMULA = /^[-+*/×÷^%\d\s.,()]+$/;
const OPERATION = /[-+*/×÷^%][\d\s.,()]/;
const SIGNS = /^\W*$/;

/** Returns the category of a prompt: by its first verb or, if that is ambiguous, by its object. */
export function promptCategory(text: string, lead: PromptStart): Category {
  if (isArithmetic(text)) return 'calculation';
  const byVerb = lead.known ? VERBS.get(lead.verb) : undefined;
  if (byVerb === undefined) return nounCategory(singularWords(firstSentence(text))) ?? 'general';
  if (byVerb !== 'object') return byVerb === 'architecture' && wantsCode(text) ? 'code' : byVerb;
  return nounCategory(lead.object) ?? (NEEDS_OBJECT.has(lead.verb) ? 'system_command' : 'code');
}

/** Returns whether a text is a formula, with or without words that ask for its value and signs around it. */
function isArithmetic(text: string): boolean {
  const asked = text.replace(ASKS_FOR_A_VALUE, '');
  const from = asked.search(/[\d(]/);
  const to = asked.split('').findLastIndex((sign) => /[\d)]/.test(sign)) + 1;
  const formula = asked.slice(from, to);
  return (
    FORMULA.test(formula) &&
    OPERATION.test(formula) &&
    SIGNS.test(asked.slice(0, from)) &&
    SIGNS.test(asked.slice(to))
  );
}

/** The last noun of a phrase is its subject: a "test script" is a script. */
function nounCategory(words: readonly string[]): Category | undefined {
  return words.flatMap((word) => NOUNS.get(word) ?? []).at(-1);
}

const NEEDS_OBJECT = new Set(['run', 'set', 'setup', 'do', 'use']);

/** "Design and implement" ends in code. */
function wantsCode(text: string): boolean {
  return /\b(?:and|then)\s+(?:\w+\s+)?(?:implement|build|code|develop|write)\b/i.test(firstSentence(text));
}
