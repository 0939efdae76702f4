import { expect, it } from 'vitest';
import { SteadyClock } from '../src/steady-clock.ts';

const HOUR = 3600_000;

it('a clock counts as steady an hour after the start, and after each jump by days', () => {
  const now = { wall: Date.parse('2026-11-30T00:00:00Z'), monotonic: 5 };
  const clock = new SteadyClock(
    () => now.wall,
    () => now.monotonic,
  );
  const pass = (monotonic: number, wall = monotonic) => {
    now.wall += wall;
    now.monotonic += monotonic;
    return clock.isSteady();
  };
  expect(pass(HOUR - 1)).toBe(false);
  expect(pass(1)).toBe(true);
  // The sleep of a night, and a correction by some seconds.
  expect(pass(1000, 9 * HOUR)).toBe(true);
  expect(pass(1000, -5000)).toBe(true);
  expect(pass(1000, 100 * 24 * HOUR)).toBe(false);
  expect(pass(HOUR)).toBe(true);
  expect(pass(1000, -100 * 24 * HOUR)).toBe(false);
  expect(pass(HOUR)).toBe(true);
});
