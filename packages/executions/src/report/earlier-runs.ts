import type { HistoryRow } from '@cc-executor/contracts';

/** The facts about earlier runs of a task. */
export interface EarlierRunFacts {
  /** The latest one that counts. */
  last: Pick<HistoryRow, 'status' | 'ended_at'>;
  /** Seconds of those that completed, the latest first. */
  durations: number[];
  /** US dollars of those that completed, where it is known. */
  costs: number[];
}

/** The number of earlier runs that are compared. */
const COMPARED = 20;

/** The runs before a report, by the identity of a task: its kind and its name, or the start of its text. */
export class EarlierRuns {
  readonly #runs = new Map<string, EarlierRunFacts>();

  /** Takes one row; those that are not held against their task do not count. */
  take({ kind, description, counts, status, ended_at, duration, cost_usd }: HistoryRow): void {
    if (!counts) return;
    const key = `${kind} ${description}`;
    const run = this.#runs.get(key) ?? { last: { status, ended_at }, durations: [], costs: [] };
    if (ended_at > run.last.ended_at) run.last = { status, ended_at };
    if (status === 'completed') {
      if (duration !== null && run.durations.length < COMPARED) run.durations.push(duration);
      if (cost_usd !== null && run.costs.length < COMPARED) run.costs.push(cost_usd);
    }
    this.#runs.set(key, run);
  }

  /** Returns null for a task that was not seen before. */
  of(kind: string, description: string): EarlierRunFacts | null {
    return this.#runs.get(`${kind} ${description}`) ?? null;
  }
}
