import type { AttemptStatus } from '@cc-executor/sdk';
import type { ExecutionStatus, TaskStatus } from '@cc-executor/contracts/states';

type Style = 'green' | 'red' | 'yellow' | 'cyan' | 'gray';

/** The colour of each state, of executions and of tasks. */
export const STATUS_STYLES: Readonly<Record<ExecutionStatus | TaskStatus, Style>> = {
  queued: 'gray',
  pending: 'gray',
  skipped: 'gray',
  running: 'cyan',
  paused: 'yellow',
  waiting: 'yellow',
  cancelling: 'yellow',
  cancelled: 'yellow',
  completed: 'green',
  failed: 'red',
  timed_out: 'red',
};

/** A sign for each state, so that no colour is needed to tell them apart. */
export const STATUS_SIGNS: Readonly<Record<TaskStatus, string>> = {
  pending: '·',
  running: '▸',
  completed: '✓',
  failed: '✗',
  timed_out: '✗',
  cancelled: '■',
  skipped: '-',
};

/** The colour of each way in which an attempt can end. */
export const ATTEMPT_STYLES: Readonly<Record<AttemptStatus, Style>> = {
  ...STATUS_STYLES,
  interrupted: 'yellow',
};
