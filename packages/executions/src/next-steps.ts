import { numbered, taskAt, taskNumbers } from '@cc-executor/contracts/task-numbers';
import {
  isSettled,
  OUTCOMES,
  type AttemptEnd,
  type EventData,
  type NewEvent,
  type TaskStatus,
} from '@cc-executor/contracts';
import { isPicked, needsOf } from './needs.ts';
import type { ExecutionRecord } from './record.ts';
import { taskStatusAfter } from './apply-event.ts';

/** The part of a task's state that decides the next steps. */
export interface TaskProgress {
  status: TaskStatus;
  /** True if it was skipped because nothing had failed. */
  not_needed?: boolean;
  /** How its last attempt has ended; null: it has made none. */
  end?: Pick<AttemptEnd, 'outcome'> | null;
}

/** The possible next steps of an execution; tasks by number from 1, in their order. */
export interface NextSteps {
  /** The tasks that may start now. */
  start: number[];
  /** The tasks that will never start, and why. */
  skip: { task: number; reason: EventData<'task.skipped'>['reason'] }[];
}

/** Returns the states of tasks after events that are not stored yet. */
export function progressAfter(states: readonly TaskProgress[], events: readonly NewEvent[]): TaskProgress[] {
  const changed = new Map<number, TaskProgress>();
  for (const event of events) {
    const status = taskStatusAfter(event);
    const not_needed = event.type === 'task.skipped' && event.data.reason === 'not_needed';
    const end = event.type === 'task.interrupted' ? event.data : null;
    if (status !== null && event.task !== undefined) changed.set(event.task, { status, not_needed, end });
  }
  return numbered(states).map(([task, state]) => changed.get(task) ?? state);
}

/**
 * Returns what follows from the states of an execution's tasks. A task is ready when everything that it needs has settled.
 * With both empty and no task in progress, the list is done.
 */
export function nextSteps(
  { tasks, on_failure }: Pick<ExecutionRecord, 'tasks' | 'on_failure'>,
  states: readonly TaskProgress[],
): NextSteps {
  const steps: NextSteps = { start: [], skip: [] };
  const known = new Map(numbered(states));
  const hasFailedAt = (number: number) => hasFailed(known.get(number)) && !taskAt(tasks, number)?.variant;
  const stops = on_failure === 'stop' && taskNumbers(tasks.length).some(hasFailedAt);
  const over = new Set<number>();
  const allOver = (number: number) => needsOf(tasks, number).every((other) => over.has(other));
  for (const [number, task] of numbered(tasks)) {
    const { status = 'pending' } = known.get(number) ?? {};
    // A skipped task may need others that still run.
    if (status !== 'pending') {
      if (isSettled(status) && (status !== 'skipped' || allOver(number))) over.add(number);
      continue;
    }
    const when = task.when ?? (on_failure === 'continue' ? 'always' : 'success');
    const isReady = allOver(number);
    const reason =
      stops && when === 'success' && !isInterrupted(known.get(number))
        ? 'task_failed'
        : task.variant && isPicked(number, tasks, states)
          ? 'not_needed'
          : isReady
            ? (reasonByVariants(task, known) ?? reasonToSkip(when, needsOf(tasks, number).some(hasFailedAt)))
            : null;
    if (reason !== null) {
      steps.skip.push({ task: number, reason });
      known.set(number, { status: 'skipped', not_needed: reason === 'not_needed' });
      if (isReady) over.add(number);
    } else if (isReady) steps.start.push(number);
  }
  return steps;
}

/** Of a task that picks one of several: none of them has completed. */
function reasonByVariants(
  { picks = [] }: Pick<ExecutionRecord['tasks'][number], 'picks'>,
  states: ReadonlyMap<number, TaskProgress>,
): NextSteps['skip'][number]['reason'] | null {
  const variants = picks.map((number) => states.get(number));
  if (variants.length === 0 || variants.some((state) => state?.status === 'completed')) return null;
  return variants.every((state) => state?.not_needed === true) ? 'not_needed' : 'task_failed';
}

/** Its attempt was interrupted without a failure: it has begun, and continues even if others have failed meanwhile. */
function isInterrupted(task: TaskProgress | undefined): boolean {
  return task?.status === 'pending' && !!task.end && OUTCOMES[task.end.outcome].status === 'pending';
}

function reasonToSkip(
  when: 'success' | 'always' | 'failure',
  hasFailure: boolean,
): NextSteps['skip'][number]['reason'] | null {
  if (when === 'failure' && !hasFailure) return 'not_needed';
  return when === 'success' && hasFailure ? 'task_failed' : null;
}

/** Settled without success; a task that nothing needed has not failed. */
function hasFailed(task: TaskProgress | undefined): boolean {
  return (
    task !== undefined && isSettled(task.status) && task.status !== 'completed' && task.not_needed !== true
  );
}
