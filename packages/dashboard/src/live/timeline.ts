import { reasonText } from '@cc-executor/contracts/progress';
import type { ExecutionEvent, ExecutionStatus, ExecutionView } from '@cc-executor/sdk';
import { MOMENTS } from '../texts/moments.ts';
import { clock } from '../words.ts';

/** How an attempt ended, with all that is known of it. */
export type AttemptEnd = NonNullable<ExecutionView['tasks'][number]['end']>;

/** One attempt at a task. */
export interface Attempt {
  task: number;
  attempt: number;
  reason: string;
  started: string;
  /** How long it was expected to take, in seconds; null: that is not known. */
  expected: number | null;
  /** Null: it runs. */
  ended: string | null;
  outcome: string | null;
  message: string | null;
  /** In the story of one task only, which has all of it. */
  end?: AttemptEnd;
}

/** Something that happened to the whole execution. */
interface Moment {
  seq: number;
  at: string;
  text: string;
  tone: 'bad' | 'warn' | 'good' | '';
}

/** Why a list waits or is paused. */
export interface Standing {
  /** A wait ends by itself. */
  isWait: boolean;
  /** A code, or a sentence. */
  reason: string;
  message: string | null;
  /** When it continues, or a refused credential is retried; null: a person decides. */
  until: string | null;
  /** The steps that end it. */
  instructions: readonly string[];
}

/** The content of an execution's events: its attempts, and the events of the whole execution. */
export interface Timeline {
  status: ExecutionStatus | null;
  /** Of a paused or waiting list; null: it is neither. */
  standing: Standing | null;
  attempts: Attempt[];
  moments: Moment[];
  /** Counts the events that change a task: what was read before has changed. */
  changes: number;
}

export function emptyTimeline(): Timeline {
  return { status: null, standing: null, attempts: [], moments: [], changes: 0 };
}

/** Returns the numbers of the tasks that an attempt runs at. */
export function runningTasks({ attempts }: Timeline): Set<number> {
  return new Set(attempts.flatMap(({ task, ended }) => (ended === null ? [task] : [])));
}

const ENDS: ReadonlySet<string> = new Set([
  'task.completed',
  'task.failed',
  'task.timed_out',
  'task.cancelled',
  'task.interrupted',
  'task.retrying',
]);

/** Returns how an attempt ended, if the event reports that. */
export function endIn(event: ExecutionEvent): AttemptEnd | null {
  return ENDS.has(event.type) ? (event.data as AttemptEnd) : null;
}

/** Applies one event, in place. */
export function foldTimeline(timeline: Timeline, event: ExecutionEvent | { type: 'gap' }): void {
  if (event.type === 'gap') return;
  if (event.type.startsWith('execution.')) return foldExecution(timeline, event);
  if (event.type === 'task.started') {
    timeline.changes += 1;
    timeline.attempts.push({
      task: event.task ?? 0,
      attempt: event.attempt ?? 1,
      reason: event.data.reason,
      started: event.at,
      expected: event.data.prediction?.expected ?? null,
      ended: null,
      outcome: null,
      message: null,
    });
  } else if (ENDS.has(event.type)) {
    timeline.changes += 1;
    const index = timeline.attempts.findLastIndex(
      ({ task, attempt }) => task === event.task && attempt === (event.attempt ?? 1),
    );
    const own = timeline.attempts[index];
    const { outcome = null, message = null } = event.data as { outcome?: string; message?: string | null };
    // A new one, so that who shows it sees by its identity that it has changed.
    if (own) timeline.attempts[index] = { ...own, ended: event.at, outcome, message };
  } else if (event.type === 'task.skipped') timeline.changes += 1;
}

function foldExecution(timeline: Timeline, event: ExecutionEvent): void {
  const before = timeline.status;
  foldState(timeline, event);
  if (event.type === 'execution.paused' || event.type === 'execution.waiting') {
    const { reason, message = null, until = null } = event.data;
    const { instructions = [] } = event.type === 'execution.paused' ? event.data : {};
    timeline.standing = { isWait: event.type === 'execution.waiting', reason, message, until, instructions };
  } else if (timeline.status !== before) timeline.standing = null;
}

function foldState(timeline: Timeline, event: ExecutionEvent): void {
  const say = (text: string, tone: Moment['tone'] = ''): void => {
    timeline.moments.push({ seq: event.seq, at: event.at, text, tone });
  };
  switch (event.type) {
    case 'execution.queued':
      timeline.status = 'queued';
      return say(MOMENTS.queued);
    case 'execution.started':
      timeline.status = 'running';
      return say(MOMENTS.started);
    case 'execution.continued':
      timeline.status = 'running';
      return event.data.lost_worker === null
        ? say(MOMENTS.continued)
        : say(MOMENTS.lost(event.data.lost_worker), 'bad');
    case 'execution.paused':
      timeline.status = 'paused';
      return say(sentence(MOMENTS.paused(reasonText(event.data.reason)), event.data.message), 'warn');
    case 'execution.resumed':
      timeline.status = event.data.status;
      return say(sentence(MOMENTS.resumed, event.data.message));
    case 'execution.waiting':
      timeline.status = 'waiting';
      return say(
        sentence(MOMENTS.waiting(reasonText(event.data.reason), clock(event.data.until)), event.data.message),
        'warn',
      );
    case 'execution.cancelling':
      timeline.status = 'cancelling';
      return say(MOMENTS.cancelling, 'warn');
    case 'execution.completed':
      timeline.status = 'completed';
      return say(MOMENTS.completed, 'good');
    case 'execution.failed':
      timeline.status = 'failed';
      return say(MOMENTS.failed(event.data.reason), 'bad');
    case 'execution.cancelled':
      timeline.status = 'cancelled';
      return say(MOMENTS.cancelled, 'warn');
    case 'execution.handed_back':
      return say(MOMENTS.handedBack);
    case 'execution.rewound':
      return say(MOMENTS.rewound, 'bad');
    default:
      // A newer server may report more than this page knows.
      return say((event as ExecutionEvent).type);
  }
}

function sentence(text: string, message: string | undefined): string {
  return message === undefined ? text : `${text} ${message}`;
}
