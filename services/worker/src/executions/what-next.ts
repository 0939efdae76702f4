import { stepsAfter } from '@cc-executor/agents';
import { LIMITS, OUTCOMES, type AttemptEnd, type EventData, type NewEvent } from '@cc-executor/contracts';
import { backoff } from './backoff.ts';
import type { Credential } from './credential.ts';
import type { TaskRun } from '../attempts/make-attempt.ts';

/** A limit is said to reset at a time; a little later it has. Milliseconds. */
const RESET_GRACE_MS = 10_000;
/** When nobody says when a limit resets, or says a time that has passed, it is tried again after so long. Milliseconds. */
const PROBE_MS = 15 * 60_000;
const PAST_MS = 60_000;
/** A burst (429, 529), and most outages, are over after some seconds. Milliseconds. */
const SHORT_MS = { least: 5000, most: 60_000 };
/** So many in a row, which take a quarter of an hour, are no burst and no short outage any more. */
const MAX_SHORT = 20;

/** What follows an attempt. */
export interface Next {
  /** Its end, as it is to be stored. */
  end: NewEvent;
  /** When the execution has to be given up for now: what is told, and when it goes on; null: when somebody resumes it. */
  giveUp: { event: NewEvent; wakeAt: Date | null } | null;
}

/** Decides what follows an attempt, from its outcome: a limit is waited out, a failure tried again where that is wanted. */
export function whatNext(
  {
    record,
    recorder,
    ports,
  }: Pick<TaskRun, 'record' | 'recorder'> & { ports?: { credential: Pick<Credential, 'method'> } },
  end: NewEvent,
  now = Date.now(),
): Next {
  const [task, state] = [record.tasks[(end.task ?? 0) - 1], recorder.state.tasks[(end.task ?? 0) - 1]];
  if (!task || !state) throw new RangeError(`There is no task ${String(end.task)}.`);
  const data = end.data as AttemptEnd;
  switch (OUTCOMES[data.outcome].follows) {
    case 'wait_for_reset':
      return { end, giveUp: wait('usage_limit', resetTime(data.resets_at, now), data.message) };
    case 'wait_for_burst':
    case 'wait_for_recovery': {
      if (state.short_waits >= MAX_SHORT)
        return { end: { ...end, type: 'task.failed' } as NewEvent, giveUp: null };
      const reason = OUTCOMES[data.outcome].follows === 'wait_for_burst' ? 'burst' : 'outage';
      return { end, giveUp: wait(reason, shortWait(data, state.short_waits, now), data.message) };
    }
    case 'pause':
      return { end, giveUp: { event: pauseFor(data, ports?.credential.method), wakeAt: null } };
    case null:
      break;
  }
  const { on_output_limit, on_invalid } = task.options;
  // Once, for a shorter answer, and at once: nothing is to be waited for.
  if (data.outcome === 'output_token_limit' && on_output_limit === 'retry_shorter' && !state.hit_output_limit)
    return { end: { ...end, type: 'task.retrying' } as NewEvent, giveUp: null };
  // Once: in its own conversation the agent sees what it has done, and what is missing.
  if (data.outcome === 'no_result' && task.kind === 'prompt' && !state.had_no_result)
    return { end: { ...end, type: 'task.retrying' } as NewEvent, giveUp: null };
  if (data.outcome === 'validation_failed' && on_invalid !== 'retry') return { end, giveUp: null };
  const failed = end.type === 'task.failed' || end.type === 'task.timed_out';
  if (!failed || !OUTCOMES[data.outcome].retry || state.tries >= task.retries) return { end, giveUp: null };
  const until = now + backoff(state.tries + 1);
  return { end: { ...end, type: 'task.retrying' }, giveUp: wait('backoff', until, data.message) };
}

/** Others have found the limit already: the same wait, without an attempt. */
export function waitForLimit(until: Date): NonNullable<Next['giveUp']> {
  return wait('usage_limit', until.getTime(), 'Another task has reached this limit.');
}

function wait(
  reason: EventData<'execution.waiting'>['reason'],
  at: number,
  message: string | null,
): NonNullable<Next['giveUp']> {
  const wakeAt = new Date(at);
  const data = { reason, until: wakeAt.toISOString(), ...(message === null ? {} : { message }) };
  return { event: { type: 'execution.waiting', data }, wakeAt };
}

/** Longer each time, with a random part; and not before the time that the model has named, within reason. */
function shortWait({ resets_at }: AttemptEnd, waits: number, now: number): number {
  const most = SHORT_MS.most * (0.5 + Math.random() / 2);
  const ms = Math.max(SHORT_MS.least, Math.min(backoff(waits + 4), most));
  const named = resets_at === null ? 0 : Math.min(Date.parse(resets_at), now + PROBE_MS);
  return Math.max(now + ms, named);
}

function pauseFor({ outcome, message }: AttemptEnd, inUse?: Credential['method']): NewEvent {
  const reason = outcome === 'billing' || outcome === 'overage' ? 'spend_limit' : 'auth_required';
  const instructions = stepsAfter(outcome, inUse);
  return {
    type: 'execution.paused',
    data: { reason, ...(message === null ? {} : { message }), instructions },
  };
}

function resetTime(resetsAt: string | null, now: number): number {
  if (resetsAt === null) return now + PROBE_MS;
  const at = Date.parse(resetsAt);
  return at > now ? Math.min(at + RESET_GRACE_MS, now + LIMITS.timeoutSeconds * 1000) : now + PAST_MS;
}
