import type { ErrorCode, Fault, OutcomeCode, Problem, ResultsView } from '@cc-executor/contracts';

/** An error from the server: a rejected call or, from the short forms, a task that did not succeed. */
export class CcServerError extends Error {
  /** Distinguishes it from other errors. */
  override readonly name = 'CcServerError';
  /** A code of the error table, or the outcome of the task. */
  readonly code: ErrorCode | OutcomeCode;
  /** The HTTP status; null for a task. */
  readonly status: number | null;
  /** Every fault of the input. */
  readonly errors: readonly Fault[];
  /** Steps that fix it. */
  readonly instructions: readonly string[];
  /** The id in the server's log; null for a task. */
  readonly requestId: string | null;
  /** The results of all tasks, if a task did not succeed. */
  readonly results: ResultsView | null;

  constructor(
    code: ErrorCode | OutcomeCode,
    message: string,
    { problem, results }: { problem?: Problem; results?: ResultsView } = {},
  ) {
    super(message);
    this.code = code;
    this.status = problem?.status ?? null;
    this.errors = problem?.errors ?? [];
    this.instructions = problem?.instructions ?? [];
    this.requestId = problem?.request_id ?? null;
    this.results = results ?? null;
  }
}

/** Errors of the client's side, in one sentence each. */
export const LOCAL_ERRORS = {
  UNREACHABLE: 'The server does not answer, or stopped answering for too long.',
  BAD_ANSWER: 'What answered does not speak as a cc-executor of this version does.',
  BAD_OPTION: 'An option of the client makes no sense.',
} as const;

export type LocalErrorCode = keyof typeof LOCAL_ERRORS;

/** A local error, not from a server. An abort is not one of these: its own reason is thrown. */
export class CcLocalError extends Error {
  /** Distinguishes it from other errors. */
  override readonly name = 'CcLocalError';
  /** A code of `LOCAL_ERRORS`. */
  readonly code: LocalErrorCode;

  constructor(code: LocalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
