import type { AttemptStatus } from '@cc-executor/sdk';
import type { ExecutionStatus, TaskStatus } from '@cc-executor/contracts/states';

type Style = 'green' | 'red' | 'yellow' | 'cyan' | 'gray';

const STYLES: Readonly<
  Record<ExecutionStatus | TaskStatus | AttemptStatus | 'completed with warnings', Style>
> = {
  queued: 'gray',
  pending: 'gray',
  skipped: 'gray',
  running: 'cyan',
  paused: 'yellow',
  waiting: 'yellow',
  cancelling: 'yellow',
  cancelled: 'yellow',
  completed: 'green',
  'completed with warnings': 'yellow',
  failed: 'red',
  timed_out: 'red',
  interrupted: 'yellow',
};

const SIGNS: Readonly<Record<TaskStatus, string>> = {
  pending: '·',
  running: '▸',
  completed: '✓',
  failed: '✗',
  timed_out: '✗',
  cancelled: '■',
  skipped: '-',
};

/** Returns the colour of a state, or of its text; a newer server may have a state that is unknown here. */
export function styleOf(status: string): Style {
  return (STYLES as Readonly<Record<string, Style>>)[status] ?? 'gray';
}

/** Returns a sign for the state of a task, so that states differ without colours. */
export function signOf(status: string): string {
  return (SIGNS as Readonly<Record<string, string>>)[status] ?? '?';
}
