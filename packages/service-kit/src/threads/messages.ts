/** What a thread is asked: one of its functions, by name. */
export interface Question {
  name: string;
  argument: unknown;
}

/** What came of it; `fault`: what it has thrown. */
export type Answer = { value: unknown } | { fault: string };
