/** A call of one of a thread's functions, by name. */
export interface Question {
  name: string;
  argument: unknown;
}

/** The result of a call; `fault`: the error that it threw. */
export type Answer = { value: unknown } | { fault: string };
