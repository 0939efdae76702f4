import { COMPLEXITY_NAMES, type Category, type Complexity } from '@cc-executor/contracts';
import { DELIVERABLES, LARGE, SMALL } from '../lexicon/scale.ts';
import { singularWords } from '../text/clauses.ts';
import type { PromptStart } from './prompt-start.ts';

/** The base complexity of a category, in steps above trivial. */
const BASE: Record<Category, number> = {
  calculation: 0,
  explanation: 1,
  creative: 1,
  file: 0,
  system_command: 1,
  general: 1,
  data: 2,
  code: 2,
  test: 2,
  analysis: 2,
  build: 2,
  architecture: 3,
};

/** Small things to write, and questions of one sentence. */
const ONE_THING = new Set([
  'function',
  'script',
  'regex',
  'snippet',
  'helper',
  'method',
  'typo',
  'comment',
  'docstring',
  'import',
  'warning',
  'class',
  'button',
]);
/** An amount of text that is requested: "a 10,000 word story", "20 pages". */
const AMOUNT = /(\d[\d,.]{0,12})(k?)[ -](word|sentence|line|paragraph|page|chapter)s?\b/gi;
/** The approximate number of words in each of them. */
const WORDS_OF: Readonly<Record<string, number>> = {
  word: 1,
  line: 10,
  sentence: 15,
  paragraph: 100,
  page: 400,
  chapter: 3000,
};
/** The length of a text that takes an agent longer than usual for its kind, in words. */
const MUCH_TEXT = [1000, 5000];
const LITTLE_TEXT = 200;
const QUESTION_WORDS = 12;
const LONG_WORDS = [150, 600];

/** Returns the complexity, from the category and the words that increase or decrease it. */
export function promptComplexity(text: string, category: Category, lead: PromptStart): Complexity {
  const words = singularWords(text);
  let steps = BASE[category];
  if (
    category === 'explanation' &&
    words.length <= QUESTION_WORDS &&
    /^(?:what|who|when|where|which|is|are|does)$/.test(lead.verb)
  )
    steps -= 1;
  if (category === 'code' && lead.object.some((word) => ONE_THING.has(word))) steps -= 1;
  if (words.some((word) => LARGE.has(word))) steps += 1;
  const asked = amountOf(text);
  if (asked === null ? words.some((word) => SMALL.has(word)) : asked < LITTLE_TEXT) steps -= 1;
  steps += MUCH_TEXT.filter((amount) => (asked ?? 0) >= amount).length;
  const extras = new Set(words.filter((word) => DELIVERABLES.has(word) && !lead.object.includes(word))).size;
  if (category !== 'explanation' && category !== 'calculation')
    steps += extras >= 4 ? 2 : extras >= 2 ? 1 : 0;
  steps += LONG_WORDS.filter((count) => words.length > count).length;
  const top = COMPLEXITY_NAMES.length - 1;
  return COMPLEXITY_NAMES[Math.min(top, Math.max(0, steps))] ?? 'medium';
}

/** Returns how much text is requested, in words, at most; null: that is not said. */
function amountOf(text: string): number | null {
  const amounts = [...text.matchAll(AMOUNT)].map(([, number = '', thousands, unit = '']) => {
    const count = Number(number.replace(/[,.]/g, '')) * (thousands === '' ? 1 : 1000);
    return count * (WORDS_OF[unit.toLowerCase()] ?? 1);
  });
  return amounts.length === 0 ? null : Math.max(...amounts);
}
