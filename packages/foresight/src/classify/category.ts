import type { Category } from '@cc-executor/contracts';
import { NOUNS } from '../lexicon/nouns.ts';
import { VERBS } from '../lexicon/verbs.ts';
import { firstSentence, singularWords } from '../text/clauses.ts';
import type { Lead } from './lead.ts';

const ARITHMETIC =
  /^\W*(?:(?:what(?:'s| is)|how much is|calculate|compute|evaluate|solve)\s+)?[-+\d(][\d\s.,()]*(?:[-+*/×÷^%][\d\s.,()]+)+\W*$/i;

/** The category of a prompt: what its first verb says, and where that leaves it open, what its object is. */
export function promptCategory(text: string, lead: Lead): Category {
  if (ARITHMETIC.test(text.trim())) return 'calculation';
  const byVerb = lead.known ? VERBS.get(lead.verb) : undefined;
  if (byVerb === undefined) return nounCategory(singularWords(firstSentence(text))) ?? 'general';
  if (byVerb !== 'object') return byVerb === 'architecture' && wantsCode(text) ? 'code' : byVerb;
  return nounCategory(lead.object) ?? (NEEDS_OBJECT.has(lead.verb) ? 'system_command' : 'code');
}

/** The last noun of a phrase is what it is about: a "test script" is a script. */
function nounCategory(words: readonly string[]): Category | undefined {
  return words.flatMap((word) => NOUNS.get(word) ?? []).at(-1);
}

const NEEDS_OBJECT = new Set(['run', 'set', 'setup', 'do', 'use']);

/** "Design and implement" ends in code. */
function wantsCode(text: string): boolean {
  return /\b(?:and|then)\s+(?:\w+\s+)?(?:implement|build|code|develop|write)\b/i.test(firstSentence(text));
}
