import { OUTCOMES, type AttemptEnd, type EventData, type NewEvent } from '@cc-executor/contracts';
import { backoff } from './backoff.ts';
import type { TaskRun } from './run-task.ts';

/** A limit is said to reset at a time; a little later it has. Milliseconds. */
const RESET_GRACE_MS = 10_000;
/** When nobody says when a limit resets, or says a time that has passed, it is tried again after so long. Milliseconds. */
const PROBE_MS = 15 * 60_000;
const PAST_MS = 60_000;
/** A burst (429, 529) is over after some seconds. Milliseconds. */
const BURST_MS = { least: 5000, most: 60_000 };
/** So many bursts in a row are no burst any more. */
const MAX_BURSTS = 20;

/** What follows an attempt. */
export interface Next {
  /** Its end, as it is to be stored. */
  end: NewEvent;
  /** When the execution has to be given up for now: what is told, and when it goes on; null: when somebody resumes it. */
  giveUp: { event: NewEvent; wakeAt: Date | null } | null;
}

/** Decides what follows an attempt, from its outcome: a limit is waited out, a failure tried again where that is wanted. */
export function whatNext({ record, recorder }: TaskRun, end: NewEvent, now = Date.now()): Next {
  const [task, state] = [record.tasks[(end.task ?? 0) - 1], recorder.state.tasks[(end.task ?? 0) - 1]];
  if (!task || !state) throw new RangeError(`There is no task ${String(end.task)}.`);
  const data = end.data as AttemptEnd;
  switch (OUTCOMES[data.outcome].follows) {
    case 'wait_for_reset':
      return { end, giveUp: wait('usage_limit', resetTime(data.resets_at, now)) };
    case 'wait_for_burst': {
      const bursts = state.attempt - state.tries;
      if (bursts > MAX_BURSTS) return { end: { ...end, type: 'task.failed' } as NewEvent, giveUp: null };
      const ms = Math.min(Math.max(BURST_MS.least, backoff(bursts + 2)), BURST_MS.most);
      return { end, giveUp: wait('burst', now + ms) };
    }
    case 'pause':
      return { end, giveUp: { event: pauseFor(data), wakeAt: null } };
    case null:
      break;
  }
  const failed = end.type === 'task.failed' || end.type === 'task.timed_out';
  if (!failed || state.tries >= task.retries) return { end, giveUp: null };
  const until = now + backoff(state.tries + 1);
  return { end: { ...end, type: 'task.retrying' }, giveUp: wait('backoff', until) };
}

function wait(reason: EventData<'execution.waiting'>['reason'], until: number): Next['giveUp'] {
  const wakeAt = new Date(until);
  return { event: { type: 'execution.waiting', data: { reason, until: wakeAt.toISOString() } }, wakeAt };
}

function pauseFor({ outcome, message }: AttemptEnd): NewEvent {
  const reason = outcome === 'billing' ? 'spend_limit' : 'auth_required';
  return { type: 'execution.paused', data: { reason, ...(message === null ? {} : { message }) } };
}

function resetTime(resetsAt: string | null, now: number): number {
  if (resetsAt === null) return now + PROBE_MS;
  const at = Date.parse(resetsAt);
  return at > now ? at + RESET_GRACE_MS : now + PAST_MS;
}
