import { rounds } from '@cc-executor/testkit';
import { expect, test } from 'vitest';
import { generatedHistory } from '../../../benchmarks/time-prediction/generated.ts';
import { judge } from '../../../benchmarks/time-prediction/judge.ts';
import { ours } from '../../../benchmarks/time-prediction/methods.ts';

const FIRST = [1, 2, 3, 4, 5];
const OTHERS = [21, 22, 23, 24, 25];

// Others than those with which the method was made.
test.each([[FIRST], ...(rounds({ short: 0, nightly: 1 }) > 0 ? [[OTHERS]] : [])])(
  'runs 501 to 2000 of seeds %j are predicted as well as promised',
  (seeds) => {
    const verdict = judge(
      ours,
      seeds.map((seed) => generatedHistory(seed, 2000)),
    );
    expect(verdict.lossMedian).toBeLessThanOrEqual(0.27);
    expect(verdict.lossP90).toBeLessThanOrEqual(0.135);
    expect(verdict.under).toBeGreaterThan(0.88);
    expect(verdict.under).toBeLessThan(0.92);
    expect(verdict.lost).toBeLessThan(12);
    expect(verdict.ended).toBeLessThanOrEqual(0.003);
    if (seeds !== FIRST) return;
    expect(verdict.outside).toEqual([]);
    expect(verdict.lost).toBeLessThanOrEqual(10);
    expect(verdict.ended).toBeLessThanOrEqual(0.002);
  },
);
