import { OUTCOMES, type OutcomeCode } from '@cc-executor/contracts';
import type { FailedAnswer, Seen } from '@cc-executor/service-kit/model-relay';
import type { AgentEnd, AgentRun } from '../agent.ts';
import { fieldsOf, wordsOf } from '../lines/foreign.ts';
import { limitOf } from './limit.ts';
import { planOf, reachedLimit } from './plan-headers.ts';

/** An answer that failed, as it is judged. */
interface Failed extends FailedAnswer {
  /** The API's own name for the error; null: the API did not answer, or something in front of it did. */
  type: string | null;
  words: string;
}

/** By outcome: whether an answer proves it. What a request can make the server repeat never stands at the beginning of its words. */
const PROOFS: Readonly<Partial<Record<OutcomeCode, (failed: Failed) => boolean>>> = {
  auth_failed: ({ status }) => status === 401 || status === 403,
  account_disabled: ({ status, words }) =>
    status === 401 ||
    status === 403 ||
    (status === 400 && /^(this|the|your) (organi[sz]ation|account)\b/i.test(words)),
  billing: ({ status, type, words }) =>
    status === 402 || status === 429 || type === 'billing_error' || /^your credit balance\b/i.test(words),
  usage_limit: ({ status, limits, words }) =>
    status === 429 &&
    (reachedLimit(limits) !== null || limitOf({ limitReached: false }, status, words) !== undefined),
  rate_limited: ({ status }) => status === 429,
  overloaded: ({ status }) => status >= 500,
  server_error: ({ status }) => status >= 500,
  // No server, or one in front of the API: a proxy, a captive portal.
  network: ({ status, type }) => status === 0 || status === 407 || status >= 500 || type === null,
};

/**
 * Returns a run of an agent in a container, whose task can write what the agent reports. What its end says of the model, of the
 * limits of the plan and of the credential is what `seen` has of it; else the end is marked as unproven.
 */
export function provenRun(run: AgentRun, seen: Seen): AgentRun {
  return {
    ended: run.ended.then((end) => provenEnd(end, seen)),
    stop: (cause) => run.stop(cause),
    pause: () => run.pause(),
    resume: () => run.resume(),
  };
}

function provenEnd(reported: AgentEnd, seen: Seen): AgentEnd {
  const { outcome } = reported;
  const { follows, credential } = OUTCOMES[outcome];
  const plan = planOf(seen.limits);
  const end: AgentEnd = { ...reported };
  delete end.limit;
  delete end.plan;
  if (plan.length > 0) end.plan = plan;
  // Paid extra usage is reported beside answers, and concerns one list.
  if (follows === null || outcome === 'overage')
    return credential === 'accepted' && !seen.hasAnswered ? { ...end, unproven: true } : end;
  const isProof = PROOFS[outcome] ?? (() => false);
  const proof = seen.failed.map(judged).findLast(isProof);
  // How long a burst lasts is a guess of the agent, and its own list alone waits for it.
  const resets_at = outcome === 'usage_limit' ? null : end.resets_at;
  if (proof === undefined) return { ...end, resets_at, unproven: true };
  const { status, words, limits } = proof;
  const message =
    status === 0 ? end.message : `The model's server answered ${String(status)}: ${words || 'nothing'}`;
  if (outcome !== 'usage_limit') return { ...end, message };
  const { limit = null, resetsAt = null } = reachedLimit(limits) ?? {};
  return { ...end, message, resets_at: resetsAt, ...(limit !== null && { limit }) };
}

function judged(failed: FailedAnswer): Failed {
  const { type, message = failed.body.trim() } = fieldsOf(fieldsOf(parsed(failed.body))['error']);
  return { ...failed, type: typeof type === 'string' ? type : null, words: wordsOf(message) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
