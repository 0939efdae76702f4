import { expect, it } from 'vitest';
import { check, classify, keepsDoing } from '../src/index.ts';

/** Texts that are slow to match where an expression can split them in many ways. */
const PUMPS: Record<string, (length: number) => string> = {
  'signs and opening brackets': (length) => `${'+('.repeat(length / 2)}a`,
  'signs and blanks': (length) => `(+(${'0 '.repeat(length / 2)} +%0x`,
  digits: (length) => `1+${'1'.repeat(length)}_`,
  blanks: (length) => `a${' '.repeat(length)}b`,
  'blank lines': (length) => `a${'\n'.repeat(length)}b`,
  'words with dashes': (length) => `${'0-'.repeat(length / 2)}!`,
  'opening quotes': (length) => `${'«'.repeat(length)}"`,
  'escaped quotes': (length) => `'${'"\\'.repeat(length / 2)}"`,
  'signs of an address': (length) => `${'a+'.repeat(length / 2)}:`,
  'questions without a mark': (length) => 'what do I want '.repeat(length / 15),
  'words about a program': (length) => 'why explain how '.repeat(length / 16),
  'orders without a program': (length) => 'open in '.repeat(length / 8),
  'numbered tasks': (length) => 'in task 9 '.repeat(length / 10),
  'the word and': (length) => `fix a${' and '.repeat(length / 5)}`,
  'opening tags': (length) => '[category:'.repeat(length / 10),
  slashes: (length) => './'.repeat(length / 2),
};

/** A cubic expression takes minutes for the shorter text, a quadratic one for the longer. */
const LENGTHS = [7900, 200_000];

it.each(Object.entries(PUMPS))('%s are classified and checked without delay', (_, pump) => {
  const begun = performance.now();
  for (const text of LENGTHS.map(pump)) {
    for (const kind of ['prompt', 'command'] as const) {
      expect(classify({ kind, text }).signature.length).toBeLessThanOrEqual(120);
      expect(check({ kind, text }, ['another'])).toBeInstanceOf(Array);
      expect(check({ kind, text }, [])).toBeInstanceOf(Array);
    }
    expect(keepsDoing(text, text)).toBe(true);
  }
  expect(performance.now() - begun).toBeLessThan(5000);
});
