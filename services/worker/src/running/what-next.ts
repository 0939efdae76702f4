import { stepsAfter } from '@cc-executor/agents';
import {
  AGENTS,
  OUTCOMES,
  type AgentName,
  type AttemptEnd,
  type EventData,
  type NewEvent,
  type OutcomeCode,
} from '@cc-executor/contracts';
import { backoff } from '@cc-executor/contracts/backoff';
import type { TaskState } from '@cc-executor/executions';
import type { Credential } from '../credential/credential.ts';
import type { TaskRun } from '../attempts/make-attempt.ts';

/** The margin after the reported reset of a limit. Milliseconds. */
const RESET_GRACE_MS = 10_000;
/** The delays before the retries of a task that has failed. Milliseconds. */
const RETRY_WAITS = { first: 1000, longest: 5 * 60_000, jitter: true };
/** The delay before what had no room is tried again. Milliseconds. */
const ROOM_MS = 30_000;
/** The delay before a retry if the reset of a limit is unknown or has passed. Milliseconds. */
const PROBE_MS = 15 * 60_000;
const PAST_MS = 60_000;
/** A model that is overloaded (529) this many times in a row is an outage and not a burst. */
const MAX_BURSTS = 3;
/** After this many waits in a row, in which others succeeded, the task itself is the cause. */
const MAX_ALONE = 10;

/** The bounds of the waits, and what others have observed. */
export interface WaitBounds {
  /** The longest wait of a task for the model, in milliseconds. */
  maxWait: number;
  /** The delay before each further try in an outage, in milliseconds. */
  intervals: readonly number[];
  /** When the credential last worked, for any task; null: unknown. */
  lastWorked: Date | null;
}

/** How an execution is released: it waits, or is paused. */
export interface Release {
  /** The event that reports it. */
  event: NewEvent;
  /** When it continues; null: when a person resumes it. */
  wakeAt: Date | null;
}

/** The consequence of an attempt. */
export interface Next {
  /** Its end, as it will be stored. */
  end: NewEvent;
  /** Null: the execution is not released. */
  release: Release | null;
}

/** Decides what follows an attempt, from its outcome: a wait after a limit, a retry after a failure if one is left. */
export function whatNext(
  {
    record,
    recorder,
    ports,
  }: Pick<TaskRun, 'record' | 'recorder'> & { ports?: { credential: Pick<Credential, 'method'> } },
  end: NewEvent,
  bounds: WaitBounds,
  now = Date.now(),
): Next {
  const [task, state] = [record.tasks[(end.task ?? 0) - 1], recorder.state.tasks[(end.task ?? 0) - 1]];
  if (!task || !state) throw new RangeError(`There is no task ${String(end.task)}.`);
  const data = end.data as AttemptEnd;
  switch (OUTCOMES[data.outcome].follows) {
    case 'wait_for_reset':
      return { end, release: wait('usage_limit', resetTime(data.resets_at, bounds, now), data.message) };
    case 'wait_for_burst':
    case 'wait_for_recovery': {
      if (isNoOutage(state, bounds, now))
        return { end: { ...end, type: 'task.failed' } as NewEvent, release: null };
      const until = shortWait(data, state.short_waits, bounds, now);
      return { end, release: wait(shortReason(data.outcome, state.short_waits), until, data.message) };
    }
    case 'pause':
      return {
        end,
        release: {
          event: AGENTS[data.held_up_by ?? task.agent].sharesCredential
            ? pauseFor(data, ports?.credential.method)
            : pauseForKey(data.held_up_by ?? task.agent, data),
          wakeAt: null,
        },
      };
    case null:
      break;
  }
  const { on_output_limit, on_invalid } = task.options;
  // Once, for a shorter answer, and without a wait.
  if (data.outcome === 'output_token_limit' && on_output_limit === 'retry_shorter' && !state.hit_output_limit)
    return { end: { ...end, type: 'task.retrying' } as NewEvent, release: null };
  // Once: in its own conversation the agent sees what it has done, and what is missing.
  if (data.outcome === 'no_result' && task.kind === 'prompt' && !state.had_no_result)
    return { end: { ...end, type: 'task.retrying' } as NewEvent, release: null };
  // Once: the same prompt with another model.
  if (data.outcome === 'refused' && task.options.fallback_model !== undefined && !state.was_refused)
    return { end: { ...end, type: 'task.retrying' } as NewEvent, release: null };
  if (data.outcome === 'validation_failed' && on_invalid !== 'retry') return { end, release: null };
  const failed = end.type === 'task.failed' || end.type === 'task.timed_out';
  if (!failed || !OUTCOMES[data.outcome].retry || state.tries >= task.retries) return { end, release: null };
  const until = now + backoff(state.tries + 1, RETRY_WAITS);
  return { end: { ...end, type: 'task.retrying' }, release: wait('backoff', until, data.message) };
}

/** Returns the same wait without an attempt, since others have found the obstacle. */
export function waitForOthers(reason: 'usage_limit' | 'outage', until: Date): Release {
  const message =
    reason === 'outage'
      ? 'Another task has found that the model fails or cannot be reached; one at a time tries again.'
      : 'Another task has reached this limit.';
  return wait(reason, until.getTime(), message);
}

/** Returns the wait for another suspected task: two that run together could not be distinguished. */
export function waitForSuspect(until: Date): Release {
  const message =
    'Its worker was lost soon after its start, and so was that of another task; one at a time is tried again.';
  return wait('backoff', until.getTime(), message);
}

/** Returns the wait for room for something, such as a copy. */
export function waitForRoom(what: string, why: string): Release {
  const message = `There is no room for ${what}: ${why}. Free some space where the data directory and the workspace are; the list then continues by itself.`;
  return wait('backoff', Date.now() + ROOM_MS, message);
}

/**
 * Returns the wait for a repository whose address is out of reach; `clone`: the tries so far, with the last one. null: it has
 * waited as long as it may.
 */
export function waitForRepository(
  clone: NonNullable<EventData<'execution.waiting'>['clone']>,
  why: string,
  { maxWait, intervals }: Pick<WaitBounds, 'maxWait' | 'intervals'>,
  now = Date.now(),
): Release | null {
  const end = Date.parse(clone.since) + maxWait;
  if (now >= end) return null;
  const at = Math.min(now + growingDelay(clone.tries - 1, intervals), end);
  const { wakeAt, event } = wait('repository', at, `${why}. It tries again by itself.`);
  return { wakeAt, event: { ...event, data: { ...event.data, clone } } as NewEvent };
}

/** Returns the pause for a credential that others found to be rejected; it is retried at `until`. */
export function pauseForOthers(until: Date, inUse?: Credential['method']): Release {
  const message = 'Another task has found that the credential is refused; one at a time tries it again.';
  return { event: pauseFor({ outcome: 'auth_failed', message }, inUse, until), wakeAt: null };
}

/** Returns the same pause or wait, until all workers retry: no earlier than `until`. */
export function untilOthersTry(release: Release, until: Date): Release {
  const { event, wakeAt } = release;
  const at = wakeAt !== null && wakeAt > until ? wakeAt : until;
  const data = { ...event.data, until: at.toISOString() };
  return { event: { ...event, data } as NewEvent, wakeAt: wakeAt && at };
}

function wait(reason: EventData<'execution.waiting'>['reason'], at: number, message: string | null): Release {
  const wakeAt = new Date(at);
  const data = { reason, until: wakeAt.toISOString(), ...(message === null ? {} : { message }) };
  return { event: { type: 'execution.waiting', data }, wakeAt };
}

/** The task has waited as long as it may, or others succeed while it keeps failing. */
function isNoOutage(
  { waiting_since, short_waits }: TaskState,
  { maxWait, lastWorked }: WaitBounds,
  now: number,
): boolean {
  if (waiting_since === null) return false;
  const since = Date.parse(waiting_since);
  return (
    now - since >= maxWait ||
    (short_waits >= MAX_ALONE && lastWorked !== null && lastWorked.getTime() > since)
  );
}

function shortReason(outcome: OutcomeCode, waits: number): 'burst' | 'outage' {
  if (OUTCOMES[outcome].follows === 'wait_for_recovery') return 'outage';
  return outcome === 'overloaded' && waits >= MAX_BURSTS ? 'outage' : 'burst';
}

/** Returns a growing delay with jitter, and not before the time that the model reported, within limits. */
function shortWait({ resets_at }: AttemptEnd, waits: number, { intervals }: WaitBounds, now: number): number {
  const named = resets_at === null ? 0 : Math.min(Date.parse(resets_at), now + PROBE_MS);
  return Math.max(now + growingDelay(waits, intervals), named);
}

function growingDelay(waits: number, intervals: readonly number[]): number {
  const longest = intervals.at(-1) ?? PROBE_MS;
  const ms = (intervals[waits] ?? longest) * (1 + Math.random() / 4);
  return Math.min(ms, longest);
}

function pauseFor(
  { outcome, message }: Pick<AttemptEnd, 'outcome' | 'message'>,
  inUse?: Credential['method'],
  until?: Date,
): NewEvent {
  const reason = outcome === 'billing' || outcome === 'overage' ? 'spend_limit' : 'auth_required';
  const instructions = stepsAfter(outcome, inUse);
  return {
    type: 'execution.paused',
    data: {
      reason,
      ...(message === null ? {} : { message }),
      instructions,
      ...(until && { until: until.toISOString() }),
    },
  };
}

const KEY_STEPS = {
  credit: 'Add credit to the account of the key that pass_env names.',
  key: "Give the worker's environment a key that the model's API accepts, by the name that pass_env has first, and start it again.",
};
const CODEX_STEPS = {
  credit: 'Add credit to the account that Codex uses.',
  key: 'Log in with "codex login", or set OPENAI_API_KEY in the worker\'s environment to a key that is accepted, and start it again.',
};
const ACP_STEPS = {
  credit: 'Add credit to the account that the agent uses.',
  key: 'Log in with the agent itself as the user of the worker, or give the worker its key in a variable that pass_env names, and start the worker again.',
};
const STEPS: Partial<Record<AgentName, typeof KEY_STEPS>> = { codex: CODEX_STEPS, acp: ACP_STEPS };

/** The same for an agent whose key is its own. */
function pauseForKey(
  agent: AgentName,
  { outcome, message }: Pick<AttemptEnd, 'outcome' | 'message'>,
): NewEvent {
  const steps = STEPS[agent] ?? KEY_STEPS;
  const instructions = [outcome === 'billing' ? steps.credit : steps.key, 'Then resume the execution.'];
  return {
    type: 'execution.paused',
    data: {
      reason: outcome === 'billing' ? 'spend_limit' : 'auth_required',
      ...(message === null ? {} : { message }),
      instructions,
    },
  };
}

function resetTime(resetsAt: string | null, { maxWait }: WaitBounds, now: number): number {
  if (resetsAt === null) return now + Math.min(PROBE_MS, maxWait);
  const at = Date.parse(resetsAt);
  return at > now ? Math.min(at + RESET_GRACE_MS, now + maxWait) : now + PAST_MS;
}
