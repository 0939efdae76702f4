import { describe, expect, it } from 'vitest';
import { currentSummary } from '../src/older-shapes.ts';
import { timesOf } from '../src/times.ts';

const NOW = new Date('2026-05-05T12:00:00.000Z');
const at = (seconds: number) => new Date(NOW.getTime() + 1000 * seconds).toISOString();
const forecast = (since: string) => ({ since, expected: 100, likely: 200, rest: 50 });
const task = { current_task: 'Task 1: x' };
const runs = (paused_seconds = 0) => ({ status: 'running', paused_seconds }) as const;
const remaining = (since: string, paused = 0) =>
  timesOf(runs(paused), task, forecast(since), NOW).remaining_time ?? NaN;

describe('what is thought of the time yet to come', () => {
  it('is the median of those that have got so far, and the tasks after it', () => {
    expect(timesOf(runs(), task, forecast(at(0)), NOW)).toEqual({
      expected_time: 100,
      remaining_time: 150,
    });
    expect(remaining(at(-50))).toBeGreaterThan(50 + 40);
    expect(remaining(at(-50))).toBeLessThan(150);
    expect(remaining(at(-1000))).toBeGreaterThan(50);
  });

  it('has no pause in it', () => {
    expect(remaining(at(-3650), 3600)).toBe(remaining(at(-50)));
    expect(remaining(at(-50), 3600)).toBe(150);
  });

  it('is as at its beginning where the clock has gone back since', () => {
    expect(remaining(at(3600))).toBe(150);
    expect(remaining(at(1e9))).toBe(150);
  });

  it('is a number however far the clock has gone ahead', () => {
    for (const seconds of [1e4, 1e6, 1e9]) {
      expect(Number.isFinite(remaining(at(-seconds)))).toBe(true);
      expect(remaining(at(-seconds))).toBeGreaterThanOrEqual(50);
    }
  });

  it('is not known at the end, without a forecast, or in what an earlier version has stored', () => {
    const unknown = { expected_time: null, remaining_time: null };
    expect(timesOf({ ...runs(), status: 'completed' }, task, forecast(at(0)), NOW)).toEqual(unknown);
    expect(timesOf(runs(), task, null, NOW)).toEqual(unknown);
    expect(timesOf(runs(), task, currentSummary({ ...task }).forecast, NOW)).toEqual(unknown);
  });
});
