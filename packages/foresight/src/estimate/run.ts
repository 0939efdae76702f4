/** One finished run, as the statistics keep it. */
export interface Run {
  /** The natural logarithm of the seconds that it took, or had run when it was ended. */
  log: number;
  /** False: it was ended from outside, and would have taken at least this long. */
  whole: boolean;
  /** Of the machine at its start, per core. */
  load: number;
  /** What had been predicted. */
  mark: Mark;
  /** The longest time without a sign of life, in seconds; null: not known. */
  silence: number | null;
  /** Input and output; null: not known. */
  tokens: number | null;
  cost: number | null;
}

/** The part of a prediction that is kept beside the run; logarithms. */
export interface Mark {
  /** The shift that all runs of the agent shared. */
  pace: number;
  /** The centre of its kind, without pace and load. */
  center: number;
  spread: number;
}

/** What a worker knows of a run that has ended. */
export interface FinishedRun {
  seconds: number;
  whole: boolean;
  load: number;
  silence: number | null;
  tokens: number | null;
  cost: number | null;
}

/** How many runs are kept: of an agent as a whole, from which load and pace are learnt, and of each level below. */
export const KEPT = { agent: 256, level: 64 } as const;

/** The latest runs of each level, newest first; levels go from the agent as a whole to this very text. */
export type Histories = readonly (readonly Run[])[];

const SHORTEST = 0.001;
/** Longer than a task may take: what is said to have taken longer comes of a clock that jumped. */
const LONGEST = 8 * 24 * 3600;
const HIGHEST_LOAD = 1000;

/** A run as it is kept; null for a time that can't be: negative, none, or longer than any task may take. */
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
