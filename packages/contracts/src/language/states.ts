import { CcError } from './errors.ts';

/** The states of an execution, in one sentence each. */
export const EXECUTION_STATES = {
  queued: 'stored, and waiting for a worker',
  running: 'a worker holds it and works through its tasks',
  paused: 'stopped until someone resumes it; the reason says by whom or why',
  waiting: 'stopped until a known time: a usage limit that resets, the next try in an outage, or a backoff',
  cancelling: 'being cancelled: its processes are being ended',
  completed: 'ended; every task succeeded, or was for a failure that did not happen',
  failed: 'ended; at least one task did not succeed',
  cancelled: 'ended by a cancel; no process of it is left',
} as const;

export type ExecutionStatus = keyof typeof EXECUTION_STATES;
export const EXECUTION_STATUSES = Object.keys(EXECUTION_STATES) as [ExecutionStatus, ...ExecutionStatus[]];

/** The allowed transitions between states. */
export const EXECUTION_TRANSITIONS: Readonly<Record<ExecutionStatus, readonly ExecutionStatus[]>> = {
  queued: ['running', 'paused', 'cancelling'],
  running: ['paused', 'waiting', 'cancelling', 'completed', 'failed'],
  paused: ['queued', 'running', 'cancelling'],
  waiting: ['queued', 'running', 'paused', 'cancelling'],
  cancelling: ['cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

/** Returns whether an execution in this state has ended. */
export function isTerminal(status: ExecutionStatus): boolean {
  return EXECUTION_TRANSITIONS[status].length === 0;
}

/** Returns the states from which `to` may be entered. */
export function statesBefore(to: ExecutionStatus): ExecutionStatus[] {
  return EXECUTION_STATUSES.filter((from) => EXECUTION_TRANSITIONS[from].includes(to));
}

/** Returns `to` if the table allows it from `from`; else throws ILLEGAL_STATE with the state. */
export function transition(from: ExecutionStatus, to: ExecutionStatus): ExecutionStatus {
  if (EXECUTION_TRANSITIONS[from].includes(to)) return to;
  throw new CcError('ILLEGAL_STATE', `An execution that is ${from} can't become ${to}.`, { status: from });
}

/** The states of a task, in one sentence each. */
export const TASK_STATES = {
  pending: 'not started',
  running: 'an attempt at it is under way',
  completed: 'its last attempt succeeded',
  failed: 'its last attempt failed; the outcome says how',
  timed_out: 'it was ended because it took too long, or was silent for too long',
  cancelled: 'it was ended, or never started, because the execution was cancelled',
  skipped: 'never started: a task before it did not succeed, or it was for a failure that did not happen',
} as const;

export type TaskStatus = keyof typeof TASK_STATES;
export const TASK_STATUSES = Object.keys(TASK_STATES) as [TaskStatus, ...TaskStatus[]];

/** Returns whether a task in this state never runs again. */
export function isSettled(status: TaskStatus): boolean {
  return status !== 'pending' && status !== 'running';
}
