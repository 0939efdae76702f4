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
import { outageIntervals } from '../src/credential/model-reach.ts';
import { waitForRepository, whatNext } from '../src/running/what-next.ts';

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
    waited = 0,
    lastWorked = null as Date | null,
  } = {},
) {
  const record = makeRecord({ tasks: [{ prompt: 'x', retries }], on_failure: 'stop' }, 'e', new Date(NOW));
  const state = initialState(1);
  const waiting_since = short_waits > 0 ? new Date(NOW - waited * 1000).toISOString() : null;
  Object.assign(state.tasks[0] ?? {}, { attempt, tries, short_waits, waiting_since, had_no_result });
  const bounds = { maxWait: 604_800_000, intervals: outageIntervals(900_000), lastWorked };
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
  const { end: stored, release } = whatNext({ record, recorder }, event, bounds, NOW);
  const seconds = release?.wakeAt ? (release.wakeAt.getTime() - NOW) / 1000 : null;
  return { type: stored.type, event: release?.event, seconds };
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

  it('a burst, or an outage: some seconds, more each time, up to a quarter of an hour', () => {
    for (const outcome of ['rate_limited', 'overloaded', 'server_error', 'network'] as const) {
      const waits = [0, 1, 2, 3, 7, 8, 100].map(
        (short_waits) => after(outcome, { short_waits }).seconds ?? 0,
      );
      const least = [5, 10, 20, 40, 640, 900, 900];
      waits.forEach((seconds, index) => {
        expect(seconds).toBeGreaterThanOrEqual(least[index] ?? 0);
        expect(seconds).toBeLessThanOrEqual(Math.min(900, (least[index] ?? 0) * 1.25));
      });
    }
  });

  it('an overloaded model is an outage when that lasts; a burst of requests remains one', () => {
    const reasons = (outcome: OutcomeCode) =>
      [0, 2, 3, 50].map(
        (short_waits) => JSON.stringify(after(outcome, { short_waits }).event).match(/"reason":"(\w+)"/)?.[1],
      );
    expect(reasons('overloaded')).toEqual(['burst', 'burst', 'outage', 'outage']);
    expect(reasons('rate_limited')).toEqual(['burst', 'burst', 'burst', 'burst']);
    expect(reasons('network')).toEqual(['outage', 'outage', 'outage', 'outage']);
  });

  it('an outage is waited out for a week, however often that is tried', () => {
    expect(after('server_error', { short_waits: 1000, waited: 604_000 }).type).toBe('task.interrupted');
    expect(after('network', { short_waits: 1000, waited: 604_800 })).toMatchObject({
      type: 'task.failed',
      event: undefined,
    });
  });

  it('the model fails at one task alone, while others work: no outage', () => {
    const lastWorked = new Date(NOW - 60_000);
    const alone = { short_waits: 10, waited: 600, lastWorked };
    expect(after('server_error', alone).type).toBe('task.failed');
    expect(after('server_error', { ...alone, short_waits: 9 }).type).toBe('task.interrupted');
    expect(after('server_error', { ...alone, lastWorked: new Date(NOW - 700_000) }).type).toBe(
      'task.interrupted',
    );
  });

  it('a burst: at least as long as the model asked for, and never for hours', () => {
    expect(after('rate_limited', { resets_at: '2026-05-05T12:00:45.000Z' }).seconds).toBe(45);
    expect(after('rate_limited', { resets_at: '2026-05-06T12:00:00.000Z' }).seconds).toBe(900);
  });

  it('a refused credential, or no credit: a pause with the reason', () => {
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

  it('a retry waits twice as long each time, from a second to five minutes, and less by up to half', () => {
    for (const [tries, most] of [
      [0, 1],
      [1, 2],
      [2, 4],
      [9, 300],
      [500, 300],
    ] as const) {
      const seconds = after('nonzero_exit', { retries: 1000, tries }).seconds ?? 0;
      expect(seconds).toBeGreaterThanOrEqual(most / 2);
      expect(seconds).toBeLessThanOrEqual(most);
    }
  });

  it('every outcome that is waited out leaves the task to be done, and is held against nobody', () => {
    const waited = OUTCOME_CODES.filter((code) => OUTCOMES[code].follows !== null);
    expect(waited.every((code) => OUTCOMES[code].status === 'pending' && !OUTCOMES[code].counts)).toBe(true);
  });
});

describe('a repository that is out of reach', () => {
  const bounds = { maxWait: 604_800_000, intervals: outageIntervals(900_000) };
  const waitAfter = (tries: number, since: number) =>
    waitForRepository({ tries, since: new Date(since).toISOString() }, 'No such host', bounds, NOW);

  it('is tried again after growing waits, and is given up at the bound', () => {
    const seconds = (tries: number) => ((waitAfter(tries, NOW)?.wakeAt?.getTime() ?? 0) - NOW) / 1000;
    expect(seconds(1)).toBeGreaterThanOrEqual(5);
    expect(seconds(1)).toBeLessThan(7);
    expect(seconds(3)).toBeGreaterThanOrEqual(20);
    expect(seconds(100)).toBe(900);
    expect(waitAfter(500, NOW - bounds.maxWait + 1000)?.wakeAt).toEqual(new Date(NOW + 1000));
    expect(waitAfter(501, NOW - bounds.maxWait)).toBeNull();
  });
});
