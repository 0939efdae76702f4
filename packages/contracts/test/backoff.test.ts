import { describe, expect, it } from 'vitest';
import { backoff } from '../src/language/backoff.ts';

const BOUNDS = { first: 100, longest: 5000 };

describe('a backoff', () => {
  it('does not wait before the first try', () => {
    expect(backoff(0, BOUNDS)).toBe(0);
  });

  it('doubles after each failure, up to the longest wait', () => {
    expect([1, 2, 3, 6, 7].map((failures) => backoff(failures, BOUNDS))).toEqual([100, 200, 400, 3200, 5000]);
  });

  it('stays at the longest wait however many tries fail', () => {
    expect([100, 5000, Number.MAX_SAFE_INTEGER].map((failures) => backoff(failures, BOUNDS))).toEqual([
      5000, 5000, 5000,
    ]);
  });

  it('never waits longer than the longest, not even at first', () => {
    expect(backoff(1, { first: 100, longest: 30 })).toBe(30);
  });

  it('with jitter, waits between half and all of it', () => {
    const bounds = { ...BOUNDS, jitter: true };
    expect([0, 0.5, 1].map((part) => backoff(3, bounds, () => part))).toEqual([200, 300, 400]);
  });
});
