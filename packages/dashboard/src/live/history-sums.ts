import type { HistoryRow } from '@cc-executor/sdk';

/** The sums of attempts. */
export interface AttemptSums {
  /** The day, like 2026-01-31 in the zone of the reader, or the kind of task. */
  name: string;
  done: number;
  failed: number;
  /** Seconds; null: not known of any. */
  seconds: number | null;
  /** US dollars; null: not known of any. */
  cost: number | null;
}

type Row = Pick<HistoryRow, 'status' | 'outcome' | 'ended_at' | 'duration' | 'cost_usd' | 'kind'>;

/** Values of each day, of one kind of task or of one way to end. */
export interface DailySeries {
  name: string;
  values: readonly number[];
}

/** Sums up attempts by the day on which they ended: each of the last `days` days, the oldest first. */
export function sumsByDay(rows: readonly Row[], days: number, now: Date): AttemptSums[] {
  const groups = Map.groupBy(rows, ({ ended_at }) => dayOf(new Date(ended_at)));
  return daysUntil(now, days).map((name) => sumOf(name, groups.get(name) ?? []));
}

/**
 * Returns a value of each of the last `days` days, for each kind of task; what is not known of an attempt counts as nothing.
 */
export function seriesByKind(
  rows: readonly Row[],
  { days, now, valueOf }: { days: number; now: Date; valueOf: (row: Row) => number | null },
): DailySeries[] {
  const names = daysUntil(now, days);
  const kinds = [...Map.groupBy(rows, ({ kind }) => kind)].toSorted(([one], [other]) =>
    one.localeCompare(other),
  );
  return kinds.map(([kind, own]) => {
    const groups = Map.groupBy(own, ({ ended_at }) => dayOf(new Date(ended_at)));
    return { name: kind, values: names.map((day) => total((groups.get(day) ?? []).map(valueOf)) ?? 0) };
  });
}

/** Counts attempts by their outcome, the most frequent first. */
export function countsByOutcome(rows: readonly Row[]): [HistoryRow['outcome'], number][] {
  return [...Map.groupBy(rows, ({ outcome }) => outcome)]
    .map(([outcome, own]): [HistoryRow['outcome'], number] => [outcome, own.length])
    .toSorted(([, one], [, other]) => other - one);
}

function daysUntil(now: Date, days: number): string[] {
  return Array.from({ length: days }, (_, index) => {
    const day = new Date(now);
    day.setDate(day.getDate() - (days - 1 - index));
    return dayOf(day);
  });
}

/** Sums up attempts by their kind, the most frequent first. */
export function sumsByKind(rows: readonly Row[]): AttemptSums[] {
  return [...Map.groupBy(rows, ({ kind }) => kind)]
    .map(([kind, own]) => sumOf(kind.replaceAll('_', ' '), own))
    .toSorted((a, b) => b.done + b.failed - (a.done + a.failed));
}

function sumOf(name: string, rows: readonly Row[]): AttemptSums {
  const done = rows.filter(({ status }) => status === 'completed').length;
  return {
    name,
    done,
    failed: rows.length - done,
    seconds: total(rows.map(({ duration }) => duration)),
    cost: total(rows.map(({ cost_usd }) => cost_usd)),
  };
}

/** Unknown values are left out; null: all are unknown. */
function total(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function dayOf(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(time.getFullYear())}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}
