import { OUTCOMES, type OutcomeCode } from '@cc-executor/contracts';
import type { Seen } from '@cc-executor/service-kit/model-relay';
import type { AgentEnd, AgentRun } from '../agent.ts';

/** A server answers in whole seconds. Milliseconds. */
const RESET_MARGIN_MS = 60_000;

const isRefusal = (status: number) => status >= 400 && status < 500;
/** By outcome: the statuses that prove it. Any failure proves one that is not here. */
const PROOFS: Readonly<Partial<Record<OutcomeCode, (status: number) => boolean>>> = {
  auth_failed: (status) => status === 401 || status === 403,
  account_disabled: isRefusal,
  billing: isRefusal,
  usage_limit: (status) => status === 429,
  rate_limited: (status) => status === 429,
};
const isFailure = (status: number) => status < 200 || status >= 300;

/**
 * Returns a run of an agent in a container whose end is marked as unproven if it reports a limit, an outage or a refusal that
 * nothing outside has seen: the task may have written it itself, or have made more requests than it may.
 */
export function provenRun(run: AgentRun, seen: Seen): AgentRun {
  return {
    ended: run.ended.then((end) => (isProven(end, seen) ? end : { ...end, unproven: true })),
    stop: (cause) => run.stop(cause),
    pause: () => run.pause(),
    resume: () => run.resume(),
  };
}

function isProven({ outcome, resets_at }: AgentEnd, { statuses, resetsAt }: Seen): boolean {
  const { follows } = OUTCOMES[outcome];
  // Paid extra usage is reported beside answers, and concerns one list.
  if (follows === null || outcome === 'overage') return true;
  if (outcome === 'usage_limit' && resets_at !== null && resetsAt !== null)
    if (Date.parse(resets_at) > resetsAt + RESET_MARGIN_MS) return false;
  return [...statuses].some(PROOFS[outcome] ?? isFailure);
}
