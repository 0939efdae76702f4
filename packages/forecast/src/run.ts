/** One finished run, as stored in the statistics. */
export interface Run {
  /** The natural logarithm of the seconds that it took, or had run when it was ended. */
  log: number;
  /** False: it was ended from outside, and would have taken at least this long. */
  whole: boolean;
  /** The load of the machine at its start, per core. */
  load: number;
  /** Its prediction. */
  mark: Mark;
  /** The longest time without a sign of life, in seconds; null: unknown. */
  silence: number | null;
  /** Input and output tokens; null: unknown. */
  tokens: number | null;
  cost: number | null;
}

/** The part of a prediction that is stored with the run; logarithms. */
export interface Mark {
  /** The common shift of the agent's runs. */
  pace: number;
  /** The centre of its kind, without pace and load. */
  center: number;
  spread: number;
}

/** The facts of an ended run. */
export interface FinishedRun {
  seconds: number;
  whole: boolean;
  load: number;
  silence: number | null;
  tokens: number | null;
  cost: number | null;
}

/** The number of stored runs: for the whole agent, from which load and pace are learned, and for each level below. */
export const KEPT = { agent: 256, level: 64 } as const;

/** The latest runs of each level, newest first; levels go from the whole agent to exactly this text. */
export type Histories = readonly (readonly Run[])[];

const SHORTEST = 0.001;
/** Longer than a task may take: a longer time comes from a clock that jumped. */
const LONGEST = 8 * 24 * 3600;
const HIGHEST_LOAD = 1000;

/** Returns a run for the store; null for an impossible time: negative, missing, or longer than any task may take. */
export function runOf(mark: Mark, run: FinishedRun): Run | null {
  if (!(run.seconds >= 0 && run.seconds <= LONGEST)) return null;
  return {
    log: Math.log(Math.max(SHORTEST, run.seconds)),
    whole: run.whole,
    load: run.load >= 0 ? Math.min(run.load, HIGHEST_LOAD) : 0,
    mark,
    silence: known(run.silence),
    tokens: known(run.tokens),
    cost: known(run.cost),
  };
}

function known(value: number | null): number | null {
  return value !== null && value >= 0 && Number.isFinite(value) ? value : null;
}
