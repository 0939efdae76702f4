import { describe, expect, it } from 'vitest';
import { bareEnd, endedRun } from '../../src/agent.ts';
import { provenRun } from '../../src/claude/proven-run.ts';

const AT = Date.parse('2030-01-01T00:00:00Z');
const endOf = async (
  outcome: Parameters<typeof bareEnd>[0],
  statuses: number[],
  { resets_at = null, resetsAt = null }: { resets_at?: string | null; resetsAt?: number | null } = {},
) =>
  await provenRun(endedRun({ ...bareEnd(outcome, null), resets_at }), {
    statuses: new Set(statuses),
    resetsAt,
  }).ended;

describe('what an agent in a container reports', () => {
  it.each([
    ['auth_failed', [200, 401]],
    ['auth_failed', [403]],
    ['account_disabled', [400]],
    ['billing', [402]],
    ['usage_limit', [200, 429]],
    ['rate_limited', [429]],
    ['overloaded', [529]],
    ['server_error', [500]],
    ['network', [0]],
    ['network', [407]],
    ['completed', []],
    ['nonzero_exit', []],
    ['overage', [200]],
  ] as const)('as %s is taken as it is after the answers %j', async (outcome, statuses) => {
    expect(await endOf(outcome, [...statuses])).not.toHaveProperty('unproven');
  });

  it.each([
    ['auth_failed', [200]],
    ['auth_failed', [400, 429, 500, 0]],
    ['account_disabled', [200]],
    ['billing', [500]],
    ['usage_limit', [200, 401]],
    ['rate_limited', []],
    ['overloaded', [200]],
    ['server_error', [200]],
    ['network', [200]],
    ['network', []],
  ] as const)('as %s is not proven by the answers %j', async (outcome, statuses) => {
    expect(await endOf(outcome, [...statuses])).toMatchObject({ outcome, unproven: true });
  });

  it('of a limit holds no longer than the server has said', async () => {
    const soon = { resetsAt: AT, resets_at: new Date(AT).toISOString() };
    expect(await endOf('usage_limit', [429], soon)).not.toHaveProperty('unproven');
    const late = { resetsAt: AT, resets_at: new Date(AT + 3_600_000).toISOString() };
    expect(await endOf('usage_limit', [429], late)).toMatchObject({ unproven: true });
  });
});
