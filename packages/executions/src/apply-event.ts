import { taskAt } from '@cc-executor/contracts/task-numbers';
import {
  countTasks,
  isSettled,
  keptWarnings,
  OUTCOMES,
  transition,
  type AttemptEnd,
  type EventData,
  type NewEvent,
  type TaskStatus,
} from '@cc-executor/contracts';
import { isWarned } from './result-warnings.ts';
import { addSpent, NOTHING_SPENT, spentSince, type Spent } from './spent.ts';
import { runningOf, type ExecutionState, type Summary, type TaskState } from './state.ts';

/** Applies one event of time `at` to the state, in place. Throws ILLEGAL_STATE if the table forbids it. */
export function applyEvent(state: ExecutionState, event: NewEvent, at: string): void {
  const { summary } = state;
  switch (event.type) {
    case 'execution.started':
      state.status = transition(state.status, 'running');
      summary.started_at ??= at;
      return;
    case 'execution.waiting':
      state.status = transition(state.status, 'waiting');
      state.reason = event.data.reason;
      summary.waiting_until = event.data.until;
      if (event.data.clone) summary.clone = event.data.clone;
      return;
    case 'execution.continued':
      if (state.status === 'waiting') state.status = transition(state.status, 'running');
      state.reason = state.status === 'running' ? null : state.reason;
      summary.waiting_until = null;
      return;
    case 'execution.cancelling':
      state.status = transition(state.status, 'cancelling');
      state.reason = event.data.reason;
      return;
    case 'execution.paused':
      state.status = transition(state.status, 'paused');
      state.reason = event.data.reason;
      summary.waiting_until = event.data.until ?? null;
      return;
    case 'execution.resumed':
      state.status = transition(state.status, event.data.status);
      state.reason = null;
      return;
    case 'execution.completed':
    case 'execution.failed':
    case 'execution.cancelled':
      state.status = transition(
        state.status,
        event.type === 'execution.completed'
          ? 'completed'
          : event.type === 'execution.failed'
            ? 'failed'
            : 'cancelled',
      );
      if (event.type === 'execution.failed') state.reason = event.data.reason;
      summary.completed_at = at;
      setRunning(summary, []);
      summary.evidence = { ...summary.evidence, manifest: event.data.evidence?.manifest ?? null };
      return;
    case 'task.started':
      begin(taskOf(state, event), event, at);
      delete summary.clone;
      setRunning(summary, [...runningOf(summary), `${prefixOf(event)}${event.data.description}`]);
      summary.forecast = forecastAt(event, at);
      return;
    case 'task.amended':
      taskOf(state, event).amendment = { ...event.data, attempt: event.attempt ?? 1 };
      return;
    case 'task.completed':
    case 'task.failed':
    case 'task.timed_out':
    case 'task.cancelled':
    case 'task.interrupted':
    case 'task.retrying':
      settle(state, event, STATUS_AFTER[event.type], at, event.data);
      addReceipt(state, event, event.data);
      addSnapshots(state, event, event.data);
      return;
    case 'task.warning':
      warn(state, event);
      return;
    case 'task.carried':
      carry(taskOf(state, event), event.data);
      settleIn(state, event, event.data.end, at);
      return;
    case 'workspace.delivered':
      summary.delivered = event.data;
      return;
    case 'task.skipped':
      settle(state, event, taskStatusAfter(event) ?? 'skipped', at, null);
      taskOf(state, event).skipped = event.data.reason;
      if (event.data.reason === 'not_needed') taskOf(state, event).not_needed = true;
      return;
    default:
    // The others change no state.
  }
}

const STATUS_AFTER = {
  'task.completed': 'completed',
  'task.failed': 'failed',
  'task.timed_out': 'timed_out',
  'task.cancelled': 'cancelled',
  'task.interrupted': 'pending',
  'task.retrying': 'pending',
} as const satisfies Partial<Record<NewEvent['type'], TaskStatus>>;

/** Returns the state that an event puts its task into; null: it leaves it as it is. */
export function taskStatusAfter(event: NewEvent): TaskStatus | null {
  if (event.type === 'task.started') return 'running';
  if (event.type === 'task.skipped') return event.data.reason === 'cancelled' ? 'cancelled' : 'skipped';
  return event.type in STATUS_AFTER ? STATUS_AFTER[event.type as keyof typeof STATUS_AFTER] : null;
}

function taskOf(state: ExecutionState, event: NewEvent): TaskState {
  const task = state.tasks[(event.task ?? 0) - 1];
  if (!task)
    throw new RangeError(`There is no task ${String(event.task)} among ${String(state.tasks.length)}.`);
  return task;
}

function prefixOf({ task }: NewEvent): string {
  return `Task ${String(task)}: `;
}

/** One alone is stored once. */
function setRunning(summary: Summary, running: string[]): void {
  running.sort((one, other) => numberIn(one) - numberIn(other));
  summary.current_task = running[0] ?? null;
  if (running.length > 1) summary.running_tasks = running;
  else delete summary.running_tasks;
}

function numberIn(running: string): number {
  return Number.parseInt(running.slice('Task '.length), 10);
}

function forecastAt(
  { data }: Extract<NewEvent, { type: 'task.started' }>,
  since: string,
): Summary['forecast'] {
  if (!data.prediction) return null;
  const { expected, likely } = data.prediction;
  return { since, expected, likely, rest: data.expected_rest ?? 0 };
}

function begin(
  task: TaskState,
  { attempt = 1, data }: Extract<NewEvent, { type: 'task.started' }>,
  at: string,
): void {
  Object.assign(task, { status: 'running', attempt, started_at: at, prediction: data.prediction ?? null });
  if (data.in_copy !== undefined) task.in_copy = data.in_copy;
  if (!data.session?.resumed) task.warnings = [];
  if (!data.session?.resumed) task.session = data.session && { id: data.session.id, ...NOTHING_SPENT };
}

function addReceipt(state: ExecutionState, event: NewEvent, { receipt }: Pick<AttemptEnd, 'receipt'>): void {
  const task = taskOf(state, event);
  task.receipts = withOne(task.receipts, event, receipt);
  if (receipt === null) return;
  state.summary.evidence = { receipts: state.summary.evidence.receipts + 1, head: receipt };
}

function addSnapshots(
  state: ExecutionState,
  event: NewEvent,
  { snapshots }: Pick<AttemptEnd, 'snapshots'>,
): void {
  if (!snapshots) return;
  const task = taskOf(state, event);
  task.snapshots = withOne(task.snapshots ?? [], event, snapshots);
}

/** Returns a copy of the values by attempt, with that of this event's attempt. */
function withOne<T>(known: readonly (T | null)[], { attempt = 1 }: NewEvent, one: T | null): (T | null)[] {
  return Array.from({ length: Math.max(known.length, attempt) }, (_, index) =>
    index === attempt - 1 ? one : (known[index] ?? null),
  );
}

/** Those before the end of an attempt are in its end. */
function warn(state: ExecutionState, event: Extract<NewEvent, { type: 'task.warning' }>): void {
  const task = taskOf(state, event);
  if (!isSettled(task.status) || event.attempt !== task.attempt) return;
  if (task.status === 'completed' && !isWarned(task))
    state.summary.warned_tasks = (state.summary.warned_tasks ?? 0) + 1;
  task.warnings = keptWarnings([...task.warnings, event.data]);
}

/** Its cost was spent in another execution. */
function carry(task: TaskState, { from, end }: EventData<'task.carried'>): void {
  Object.assign(task, { status: 'completed', carried_from: from, end, warnings: end.warnings ?? [] });
}

function settle(
  state: ExecutionState,
  event: NewEvent,
  status: TaskStatus,
  at: string,
  end: AttemptEnd | null,
): void {
  const settled = isSettled(status);
  const task = taskOf(state, event);
  const tries = task.tries + (end && OUTCOMES[end.outcome].counts ? 1 : 0);
  const follows = end && OUTCOMES[end.outcome].follows;
  const isShort = follows === 'wait_for_burst' || follows === 'wait_for_recovery';
  const short_waits = isShort ? task.short_waits + 1 : 0;
  const waiting_since = isShort ? (task.waiting_since ?? at) : null;
  const isLost = end?.outcome === 'conversation_lost';
  // A lost conversation is a consequence of such a loss, and does not end the row of losses.
  const losses = isLost ? task.losses : end?.outcome === 'worker_lost' ? task.losses + 1 : 0;
  const early_losses = isLost ? task.early_losses : isEarlyLoss(end) ? task.early_losses + 1 : 0;
  const completed_at = settled ? at : null;
  const counts = { tries, short_waits, losses, early_losses };
  Object.assign(task, { status, end, ...counts, waiting_since, completed_at });
  if (end) {
    task.warnings = keptWarnings([...task.warnings, ...(end.warnings ?? [])]);
    if (end.outcome === 'output_token_limit') task.hit_output_limit = true;
    if (end.outcome === 'no_result') task.had_no_result = true;
    if (end.outcome === 'refused') task.was_refused = true;
    Object.assign(task, addSpent(task, end));
    if (isLost) Object.assign(task, { session: null, lost_conversations: task.lost_conversations + 1 });
    if (task.session) task.session = { ...task.session, ...addSpent(task.session, ownSpent(task, end)) };
    Object.assign(state.summary, addSpent(state.summary, end));
  }
  setRunning(
    state.summary,
    runningOf(state.summary).filter((running) => !running.startsWith(prefixOf(event))),
  );
  if (settled) settleIn(state, event, end, at);
}

/** Counts a task that has settled. */
function settleIn(state: ExecutionState, event: NewEvent, end: AttemptEnd | null, at: string): void {
  const task = taskOf(state, event);
  task.completed_at = at;
  state.summary.settled_tasks += 1;
  if (end && state.summary.outcomes?.includes(end.outcome) !== true)
    state.summary.outcomes = [...(state.summary.outcomes ?? []), end.outcome];
  count(state, task, isBesideTaken(state.tasks, event.task ?? 0), 1);
  if (task.status !== 'completed' || !end?.picked) return;
  // What did not succeed beside it is no failure any more.
  const { task: taken, variant, of = 0 } = end.picked;
  for (let number = taken - variant + 1; number <= taken - variant + of; number += 1) {
    const other = taskAt(state.tasks, number);
    if (number === taken || !other || !isSettled(other.status)) continue;
    count(state, other, false, -1);
    count(state, other, true, 1);
  }
}

/** Adds a settled task to the counts, or takes it out of them. */
function count({ summary }: ExecutionState, task: TaskState, isBeside: boolean, by: 1 | -1): void {
  const { status, attempt } = task;
  const taken = isBeside ? { taken: false } : {};
  const counted = countTasks([{ status, attempt, isWarned: isWarned(task), ...taken }]);
  for (const name of COUNTS) if (counted[name] > 0) summary[name] = (summary[name] ?? 0) + by * counted[name];
}

/** Returns whether a task is one of several variants of which another one was taken; `number` from 1. */
function isBesideTaken(tasks: readonly TaskState[], number: number): boolean {
  return tasks.some(({ status, end }) => {
    if (status !== 'completed' || !end?.picked) return false;
    const { task, variant, of = 0 } = end.picked;
    return number !== task && number > task - variant && number <= task - variant + of;
  });
}

/** A worker that is lost within this many seconds of a task's start may have been killed by it. */
export const EARLY_LOSS_SECONDS = 10;

/** Returns whether an attempt lost its worker soon after its start. */
export function isEarlyLoss(end: Pick<AttemptEnd, 'outcome' | 'last_heard_after'> | null): boolean {
  const after = end?.outcome === 'worker_lost' ? end.last_heard_after : undefined;
  return after !== undefined && after <= EARLY_LOSS_SECONDS;
}

const COUNTS = [
  'completed_tasks',
  'failed_tasks',
  'timed_out_tasks',
  'skipped_tasks',
  'cancelled_tasks',
  'not_run_tasks',
  'not_taken_tasks',
  'warned_tasks',
] as const;

/** Returns what an attempt spent in its own conversation, without its helpers', which have their own. */
function ownSpent({ amendment, attempt }: TaskState, end: AttemptEnd): Spent {
  const amended = amendment?.attempt === attempt ? [amendment] : [];
  const others = [...amended, ...(end.validation ? [end.validation] : []), ...end.fixes];
  return spentSince(end, others.reduce<Spent>(addSpent, NOTHING_SPENT));
}
