import { expect, it } from 'vitest';
import { countsByOutcome, seriesByKind, sumsByDay, sumsByKind } from '../src/live/history-sums.ts';

const outcomeOf = { completed: 'completed', failed: 'nonzero_exit' } as const;

const row = (
  ended_at: string,
  status: 'completed' | 'failed',
  duration: number | null,
  cost_usd: number | null,
) => ({ ended_at, status, duration, cost_usd, kind: 'command' as const, outcome: outcomeOf[status] });

const rows = [
  row(new Date(2026, 0, 30, 23, 30).toISOString(), 'completed', 2, null),
  row(new Date(2026, 0, 31, 0, 30).toISOString(), 'failed', null, null),
  row(new Date(2026, 0, 31, 1, 30).toISOString(), 'completed', 3, 0.5),
];

it('sums up by the day of the reader, and days without attempts are there', () => {
  expect(sumsByDay(rows, 3, new Date(2026, 0, 31, 12))).toEqual([
    { name: '2026-01-29', done: 0, failed: 0, seconds: null, cost: null },
    { name: '2026-01-30', done: 1, failed: 0, seconds: 2, cost: null },
    { name: '2026-01-31', done: 1, failed: 1, seconds: 3, cost: 0.5 },
  ]);
});

it('sums up by kind, and what is not known is not zero', () => {
  expect(sumsByKind(rows)).toEqual([{ name: 'command', done: 2, failed: 1, seconds: 5, cost: 0.5 }]);
  expect(sumsByKind([])).toEqual([]);
});

it('sums up by day and kind, and counts by outcome', () => {
  const all = [
    ...rows,
    { ...row(new Date(2026, 0, 29, 8).toISOString(), 'completed', 7, null), kind: 'prompt' as const },
  ];
  const how = {
    days: 3,
    now: new Date(2026, 0, 31, 12),
    valueOf: (one: { duration: number | null }) => one.duration,
  };
  expect(seriesByKind(all, how)).toEqual([
    { name: 'command', values: [0, 2, 3] },
    { name: 'prompt', values: [7, 0, 0] },
  ]);
  expect(countsByOutcome(all)).toEqual([
    ['completed', 3],
    ['nonzero_exit', 1],
  ]);
});
