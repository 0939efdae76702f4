import { describe, expect, it } from 'vitest';
import { Arrivals } from '../src/boxes/arrivals.ts';

describe('the output of a process', () => {
  it.each([
    ['was read as it came', 10_000_000, 0, 100, false],
    ['was little, and read late', 400_000, 400_000, 5000, false],
    ['was read late, and soon enough', 10_000_000, 5_000_000, 1500, false],
    ['was read too late', 10_000_000, 1_000_000, 2500, true],
  ])('that %s', (_, before, after, endedMs, isLacking) => {
    const arrivals = new Arrivals();
    const finishedAt = 1_000_000;
    for (let at = 0; at < 100; at++) arrivals.add(before / 100, finishedAt - 10_000 + at * 95);
    arrivals.add(after, finishedAt + endedMs - 10);
    expect(arrivals.mayLack(finishedAt, finishedAt + endedMs)).toBe(isLacking);
  });

  it('of a process whose end is not known is taken as it is', () => {
    const arrivals = new Arrivals();
    arrivals.add(10_000_000);
    expect(arrivals.mayLack(NaN, Date.now())).toBe(false);
  });
});
