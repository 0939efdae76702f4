import { NOUNS } from '../lexicon/nouns.ts';
import { VERBS } from '../lexicon/verbs.ts';
import { DELIVERABLES, LARGE, SMALL } from '../lexicon/scale.ts';
import { commandsOf, programAndSubcommand } from '../commands/command-words.ts';
import { withoutPlaces } from '../text/clauses.ts';
import { withoutNames } from '../text/words.ts';
import type { Lead } from './lead.ts';

const MOST_WORDS = 12;
const MOST_CHARACTERS = 120;

/** What brings together prompts that differ only in names: their words that say what is to be done, in order. */
export function promptSignature(text: string, lead: Lead): string {
  const known = withoutPlaces(withoutNames(text), isAim).filter(saysWhat);
  const words = [...new Set(lead.verb === '' ? known : [lead.verb, ...known])];
  return words.slice(0, MOST_WORDS).join(' ').slice(0, MOST_CHARACTERS);
}

/** `git commit`, `npm run build && npm test`: programs and subcommands, without their arguments. */
export function commandSignature(line: string): string {
  const names = commandsOf(line).map(programAndSubcommand);
  return [...new Set(names)].slice(0, MOST_WORDS).join(' + ').slice(0, MOST_CHARACTERS);
}

/** "For security" says what is looked for. */
function isAim(word: string): boolean {
  return NOUNS.get(word) === 'analysis';
}

function saysWhat(word: string): boolean {
  return VERBS.has(word) || NOUNS.has(word) || DELIVERABLES.has(word) || LARGE.has(word) || SMALL.has(word);
}
