import { describe, expect, it } from 'vitest';
import { limitReset, secondsLeft } from '../../src/turns/reset.ts';
import { isStrict } from '../../src/codex/thread.ts';

describe('a schema that the server of Codex takes as it is', () => {
  const closed = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  };
  it.each([
    ['a closed object', closed, true],
    ['a list of closed objects', { type: 'array', items: closed }, true],
    ['an object without properties that is open', { type: 'object' }, false],
    ['an object with a property that may be missing', { ...closed, required: [] }, false],
    ['an open object', { ...closed, additionalProperties: true }, false],
    ['a closed object with an open one in it', { ...closed, properties: { a: { type: 'object' } } }, false],
    [
      'a choice with an open object',
      { ...closed, properties: { a: { anyOf: [{ type: 'object' }] } } },
      false,
    ],
  ])('%s: %s', (_, schema, expected) => {
    expect(isStrict(schema)).toBe(expected);
  });
});

describe('the reset of a limit', () => {
  const now = new Date('2026-11-29T12:00:30').getTime();
  const at = (text: string) => new Date(text).toISOString();
  it.each([
    ['try again at 5:51 PM.', at('2026-11-29T17:51:00')],
    ['try again at 12:00 PM.', at('2026-11-29T12:00:00')],
    ['try again at 11:59 AM.', at('2026-11-30T11:59:00')],
    ['try again at 12:05 AM.', at('2026-11-30T00:05:00')],
    ['try again at Dec 3rd, 2026 9:05 AM.', at('2026-12-03T09:05:00')],
    ['try again later.', null],
  ])('%s', (words, expected) => {
    expect(limitReset({}, words, now)).toBe(expected);
  });

  it('is that of the windows that are used up', () => {
    const window = (usedPercent: number, seconds: number) => ({
      usedPercent,
      resetsAt: now / 1000 + seconds,
    });
    const limits = { primary: window(100, 60), secondary: window(99, 6000) };
    expect(limitReset(limits, '', now)).toBe(new Date(now + 60_000).toISOString());
  });

  it.each([
    ['Please try again in 11.5s.', 11_500],
    ['Please try again in 20ms.', 20],
    ['Please try again in 2m.', 120_000],
  ])('after a wait: %s', (words, ms) => {
    expect(secondsLeft(words, now)).toBe(new Date(now + ms).toISOString());
  });
});
