import { expect, it } from 'vitest';
import { resetTime } from '../../src/claude/reset-time.ts';

const nothing = { limitResetsAt: undefined };
// Of this machine's clock, as the words are.
const now = new Date(2026, 4, 5, 15, 30);
const at = (day: number, hour: number, minute: number) => new Date(2026, 4, day, hour, minute).toISOString();

it.each([
  ["You've hit your session limit · resets 3:45pm", at(5, 15, 45)],
  ["You've hit your limit · resets 4pm (Europe/Berlin)", at(5, 16, 0)],
  ["You've hit your limit · resets at 3:30PM", at(5, 15, 30)],
  ["You've hit your limit · resets 3pm", at(5, 15, 0)],
  ["You've hit your limit · resets 2:29pm", at(6, 14, 29)],
  ['limit · resets 12am', at(6, 0, 0)],
  ['limit · resets 12:05pm', at(6, 12, 5)],
  ['Claude AI usage limit reached|1795000000', '2026-11-18T11:06:40.000Z'],
  ["You've hit your weekly limit · resets May 9, 8:37pm (Europe/Berlin)", at(9, 20, 37)],
  ["You've hit your weekly limit · resets Jan 2, 8am", new Date(2027, 0, 2, 8).toISOString()],
  ["You've hit your limit · resets 11:59pm (UTC)", new Date(Date.UTC(2026, 4, 5, 23, 59)).toISOString()],
  ['Claude usage limit reached. Your limit will reset at 4pm', at(5, 16, 0)],
  ["You've hit your limit", null],
  [null, null],
])('%s', (words, expected) => {
  expect(resetTime(nothing, words, now)).toBe(expected);
});

it('a time of just before midnight is none of the next night', () => {
  const midnight = new Date(2026, 4, 6, 0, 5);
  expect(resetTime(nothing, 'resets 11:58pm', midnight)).toBe(at(5, 23, 58));
  expect(resetTime(nothing, 'resets 12:30am', midnight)).toBe(at(6, 0, 30));
});

it('the input of Claude Code comes before its output', () => {
  expect(resetTime({ limitResetsAt: 1_795_000_000 }, 'resets 3:45pm', now)).toBe('2026-11-18T11:06:40.000Z');
});

it('a time that Claude Code does not know is absent', () => {
  for (const told of [null, NaN, Infinity, 'soon'])
    expect(resetTime({ limitResetsAt: told as number }, null, now)).toBeNull();
});
