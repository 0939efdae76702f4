import { NOUNS } from '../lexicon/nouns.ts';
import { VERBS } from '../lexicon/verbs.ts';
import { DELIVERABLES, LARGE, SMALL } from '../lexicon/scale.ts';
import { commandsOf, programAndSubcommand } from '../commands/command-words.ts';
import { withoutPlaces } from '../text/clauses.ts';
import { withoutNames } from '../text/words.ts';
import type { PromptStart } from './prompt-start.ts';

const MOST_WORDS = 12;
const MOST_CHARACTERS = 120;

/** Returns a signature that is equal for prompts that differ only in names: the words that say what to do, in order. */
export function promptSignature(text: string, lead: PromptStart): string {
  const known = withoutPlaces(withoutNames(text), isAim).filter(saysWhat);
  const words = [...new Set(lead.verb === '' ? known : [lead.verb, ...known])];
  return words.slice(0, MOST_WORDS).join(' ').slice(0, MOST_CHARACTERS);
}

/** Returns programs and subcommands without their arguments: `git commit`, `npm run build && npm test`. */
export function commandSignature(line: string): string {
  const names = commandsOf(line).map(programAndSubcommand);
  return [...new Set(names)].slice(0, MOST_WORDS).join(' + ').slice(0, MOST_CHARACTERS);
}

/** "For security" says what is searched. */
function isAim(word: string): boolean {
  return NOUNS.get(word) === 'analysis';
}

function saysWhat(word: string): boolean {
  return VERBS.has(word) || NOUNS.has(word) || DELIVERABLES.has(word) || LARGE.has(word) || SMALL.has(word);
}
