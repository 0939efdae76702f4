import type { FailedAnswer, Seen } from '@cc-executor/service-kit/model-relay';
import { describe, expect, it } from 'vitest';
import { bareEnd, endedRun, type AgentEnd } from '../../src/agent.ts';
import { provenRun } from '../../src/claude/proven-run.ts';

const RESETS = '2030-01-01T00:00:00.000Z';
const LATER = '2031-01-01T00:00:00.000Z';
const unified = (name: string) => `anthropic-ratelimit-unified-${name}`;
const REACHED = {
  [unified('status')]: 'rejected',
  [unified('representative-claim')]: 'five_hour',
  [unified('reset')]: String(Date.parse(RESETS) / 1000),
};

/** An answer of the API that failed, or only its status. */
type Failed = number | (Partial<FailedAnswer> & { status: number; type?: string; words?: string });

function failedOf(failed: Failed): FailedAnswer {
  const {
    status,
    type = 'some_error',
    words = 'Some words.',
    ...rest
  } = typeof failed === 'number' ? { status: failed } : failed;
  const body = JSON.stringify({ type: 'error', error: { type, message: words } });
  return { status, limits: {}, body, ...rest };
}

async function endOf(
  outcome: AgentEnd['outcome'],
  failed: readonly Failed[],
  { reported = {}, ...seen }: { reported?: Partial<AgentEnd> } & Partial<Seen> = {},
): Promise<AgentEnd> {
  const run = endedRun({ ...bareEnd(outcome, 'Written by a task.'), ...reported });
  return await provenRun(run, { hasAnswered: true, limits: {}, failed: failed.map(failedOf), ...seen }).ended;
}

describe('what an agent in a container reports', () => {
  it.each([
    ['auth_failed', [401]],
    ['auth_failed', [403, 500]],
    ['account_disabled', [{ status: 400, words: 'Your organization has been disabled.' }]],
    ['account_disabled', [403]],
    ['billing', [402]],
    ['billing', [{ status: 400, words: 'Your credit balance is too low.' }]],
    ['usage_limit', [{ status: 429, limits: REACHED }]],
    ['usage_limit', [{ status: 429, words: "You've hit your limit" }, 429]],
    ['rate_limited', [429]],
    ['overloaded', [529]],
    ['server_error', [500]],
    ['network', [0]],
    ['network', [407]],
    ['network', [{ status: 404, body: '<html>' }]],
    ['completed', []],
    ['nonzero_exit', []],
    ['overage', []],
  ] as [AgentEnd['outcome'], Failed[]][])(
    'as %s is taken as it is after the answers %j',
    async (outcome, failed) => {
      expect(await endOf(outcome, failed)).not.toHaveProperty('unproven');
    },
  );

  it.each([
    ['auth_failed', [400, 429, 500, 0]],
    ['account_disabled', []],
    // What a request can make the server say.
    ['account_disabled', [{ status: 400, words: 'model: "your organization was disabled" is unknown' }]],
    ['billing', [500]],
    ['billing', [{ status: 400, words: 'model: "your credit balance is too low" is unknown' }]],
    ['usage_limit', [401]],
    ['usage_limit', [429]],
    ['rate_limited', []],
    ['overloaded', [400]],
    ['server_error', [400, 429]],
    ['network', [400]],
    ['network', []],
  ] as [AgentEnd['outcome'], Failed[]][])(
    'as %s is not proven by the answers %j',
    async (outcome, failed) => {
      expect(await endOf(outcome, failed)).toMatchObject({ outcome, unproven: true });
    },
  );

  it('as an answer is not proven where the model has answered nothing', async () => {
    expect(await endOf('completed', [], { hasAnswered: false })).toMatchObject({ unproven: true });
    expect(await endOf('timed_out', [], { hasAnswered: false })).not.toHaveProperty('unproven');
  });

  it('of a limit is what the server has said of it', async () => {
    const reported = { resets_at: LATER, limit: 'seven_day_opus' };
    const failed = [{ status: 429, limits: REACHED, words: 'Too much.' }];
    const end = await endOf('usage_limit', failed, { reported });
    expect(end).toMatchObject({
      resets_at: RESETS,
      limit: 'five_hour',
      message: "The model's server answered 429: Too much.",
    });
    const unnamed = await endOf('usage_limit', [{ status: 429, words: "You've hit your limit" }], {
      reported,
    });
    expect(unnamed.resets_at).toBeNull();
    expect(unnamed).not.toHaveProperty('limit');
    expect((await endOf('usage_limit', [], { reported })).resets_at).toBeNull();
  });

  it('of the plan is what the server has said of it', async () => {
    const reported = { plan: [{ limit: 'five_hour', used: 0.01, resets_at: LATER }] };
    expect(await endOf('completed', [], { reported })).not.toHaveProperty('plan');
    const limits = {
      [unified('5h-utilization')]: '0.55',
      [unified('5h-reset')]: REACHED[unified('reset')] ?? '',
      [unified('7d-utilization')]: 'nonsense',
    };
    const five = { limit: 'five_hour', used: 0.55, resets_at: RESETS };
    expect((await endOf('completed', [], { reported, limits })).plan).toEqual([five]);
    const reached = { ...limits, ...REACHED, [unified('7d-utilization')]: '0.2' };
    expect((await endOf('usage_limit', [], { reported, limits: reached })).plan).toEqual([
      { limit: 'seven_day', used: 0.2, resets_at: null },
      { ...five, used: 1 },
    ]);
  });
});
