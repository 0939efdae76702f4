import { bareEnd } from '@cc-executor/agents';
import {
  OUTCOME_CODES,
  OUTCOMES,
  type AttemptEnd,
  type NewEvent,
  type OutcomeCode,
} from '@cc-executor/contracts';
import { initialState, makeRecord, type Recorder } from '@cc-executor/executions';
import { describe, expect, it } from 'vitest';
import { backoff } from '../src/executions/backoff.ts';
import { whatNext } from '../src/executions/what-next.ts';

const NOW = Date.parse('2026-05-05T12:00:00.000Z');
const end: AttemptEnd = {
  ...bareEnd('completed', null),
  execution_time: 1,
  stdout_bytes: 0,
  stderr_bytes: 0,
  result_truncated: false,
  receipt: null,
};

/** What follows an attempt with this outcome, the task having had so many attempts and tries before it ended. */
function after(
  outcome: OutcomeCode,
  {
    resets_at = null as string | null,
    retries = 0,
    attempt = 1,
    tries = 0,
    short_waits = 0,
    had_no_result = false,
  } = {},
) {
  const record = makeRecord({ tasks: [{ prompt: 'x', retries }], on_failure: 'stop' }, 'e', new Date(NOW));
  const state = initialState(1);
  Object.assign(state.tasks[0] ?? {}, { attempt, tries, short_waits, had_no_result });
  const recorder = { state } as unknown as Recorder;
  const type = (
    {
      completed: 'task.completed',
      failed: 'task.failed',
      timed_out: 'task.timed_out',
      cancelled: 'task.cancelled',
      pending: 'task.interrupted',
    } as const
  )[OUTCOMES[outcome].status];
  const event: NewEvent = { type, task: 1, attempt, data: { ...end, outcome, resets_at } };
  const { end: stored, giveUp } = whatNext({ record, recorder }, event, NOW);
  const seconds = giveUp?.wakeAt ? (giveUp.wakeAt.getTime() - NOW) / 1000 : null;
  return { type: stored.type, event: giveUp?.event, seconds };
}

describe('what follows an attempt', () => {
  it('an answer with nothing in it: once another attempt at once, then the retries of the task', () => {
    expect(after('no_result')).toMatchObject({ type: 'task.retrying', event: undefined, seconds: null });
    expect(after('no_result', { had_no_result: true })).toMatchObject({ type: 'task.failed' });
    expect(after('no_result', { had_no_result: true, retries: 1 })).toMatchObject({ type: 'task.retrying' });
  });

  it('a usage limit: waiting until it resets and a little longer', () => {
    expect(after('usage_limit', { resets_at: '2026-05-05T13:00:00.000Z' })).toMatchObject({
      type: 'task.interrupted',
      event: {
        type: 'execution.waiting',
        data: { reason: 'usage_limit', until: '2026-05-05T13:00:10.000Z' },
      },
      seconds: 3610,
    });
    expect(after('usage_limit').seconds).toBe(900);
    expect(after('usage_limit', { resets_at: '2026-05-05T11:00:00.000Z' }).seconds).toBe(60);
  });

  it('a burst: some seconds, more each time, and a failure when it is none any more', () => {
    const waits = [0, 1, 2, 3, 4, 10, 19].map(
      (short_waits) => after('overloaded', { short_waits }).seconds ?? 0,
    );
    expect(waits.every((seconds) => seconds >= 5 && seconds <= 60)).toBe(true);
    expect(waits[6]).toBeGreaterThanOrEqual(30);
    expect(after('rate_limited', { short_waits: 20 })).toMatchObject({
      type: 'task.failed',
      event: undefined,
    });
    expect(after('rate_limited', { attempt: 25, tries: 3 }).event).toMatchObject({
      data: { reason: 'burst' },
    });
  });

  it('a burst: at least as long as the model asked for, and never for hours', () => {
    expect(after('rate_limited', { resets_at: '2026-05-05T12:00:45.000Z' }).seconds).toBe(45);
    expect(after('rate_limited', { resets_at: '2026-05-06T12:00:00.000Z' }).seconds).toBe(900);
  });

  it('an outage: the same waits, by another name', () => {
    expect(after('network').event).toMatchObject({ type: 'execution.waiting', data: { reason: 'outage' } });
    expect(after('server_error', { short_waits: 20 }).type).toBe('task.failed');
  });

  it('a credential that is refused, or no credit: a pause that says so', () => {
    expect(after('auth_failed').event).toMatchObject({
      type: 'execution.paused',
      data: {
        reason: 'auth_required',
        instructions: expect.arrayContaining([expect.stringContaining('setup-token')]),
      },
    });
    expect(after('billing')).toMatchObject({ event: { data: { reason: 'spend_limit' } }, seconds: null });
  });

  it('a failure: another try where the task has one, else nothing', () => {
    expect(after('nonzero_exit', { retries: 2, tries: 1 })).toMatchObject({
      type: 'task.retrying',
      event: { type: 'execution.waiting', data: { reason: 'backoff' } },
    });
    expect(after('timed_out', { retries: 2, tries: 2 })).toMatchObject({
      type: 'task.timed_out',
      event: undefined,
    });
    expect(after('model_not_found', { retries: 2 })).toMatchObject({ type: 'task.failed', event: undefined });
    expect(after('cancelled', { retries: 2 })).toMatchObject({ type: 'task.cancelled', event: undefined });
    expect(after('completed', { retries: 2 })).toMatchObject({ type: 'task.completed', event: undefined });
  });

  it('every outcome that is waited out leaves the task to be done, and is held against nobody', () => {
    const waited = OUTCOME_CODES.filter((code) => OUTCOMES[code].follows !== null);
    expect(waited.every((code) => OUTCOMES[code].status === 'pending' && !OUTCOMES[code].counts)).toBe(true);
  });
});

describe('a backoff', () => {
  it('doubles, up to five minutes, and has a random part', () => {
    expect([1, 2, 3, 4, 20].map((tries) => backoff(tries, () => 1))).toEqual([
      1000, 2000, 4000, 8000, 300_000,
    ]);
    expect(backoff(3, () => 0)).toBe(2000);
  });
});
