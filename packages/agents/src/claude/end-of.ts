import type { OutcomeCode } from '@cc-executor/contracts';
import type { AgentEnd } from '../agent.ts';
import { listedDenials } from './denied-text.ts';
import type { FinalAnswer } from './final-answer.ts';
import type { StreamFacts } from './stream-facts.ts';
import type { Result } from './message.ts';
import type { EndFacts } from './outcome.ts';
import { countOr, recordOf } from './read.ts';
import { resetTime } from './reset-time.ts';

/** Returns the complete end of an attempt. The exit code stays null: that of Claude Code has no meaning for a prompt. */
export function endOf(known: EndFacts, answer: FinalAnswer): AgentEnd {
  const { result, turns } = known.facts;
  const { outcome, message } = answer;
  return {
    outcome,
    message,
    exit_code: null,
    signal: outcome === 'agent_crashed' ? (known.exit?.signal ?? null) : null,
    result: answer.result,
    json: answer.json,
    uuid_proof: answer.uuid_proof,
    ...(outcome === 'usage_limit' && known.facts.limitType !== undefined
      ? { limit: known.facts.limitType }
      : {}),
    ...(known.facts.plan.length > 0 ? { plan: known.facts.plan } : {}),
    resets_at: notBefore(outcome, message, known.facts),
    session_id: known.facts.sessionId,
    model: known.facts.model,
    agent_version: known.facts.version,
    turns: result === undefined ? null : turns,
    cost_usd: result?.costUsd ?? null,
    usage: usageOf(result?.modelUsage),
    ...(known.facts.denied.size > 0 ? { denials: listedDenials([...known.facts.denied.values()]) } : {}),
    validation: null,
    findings: [],
    checks: [],
    fixes: [],
  };
}

/** Claude Code does not wait longer than this: it fails at once and does not report Retry-After. */
const LONG_RETRY_MS = 60_000;

/** The time before which a retry is useless, as RFC 3339; null: unknown. */
function notBefore(outcome: OutcomeCode, message: string | null, facts: StreamFacts): string | null {
  if (outcome === 'usage_limit') return resetTime(facts, message);
  if (outcome !== 'rate_limited') return null;
  const ms = facts.retryDelayMs === 0 ? LONG_RETRY_MS : facts.retryDelayMs;
  return new Date(Date.now() + ms).toISOString();
}

/** The sum over all models of the attempt. `modelUsage` is cumulative, so the last result is complete. */
function usageOf(byModel: Result['modelUsage']): AgentEnd['usage'] {
  if (byModel === undefined) return null;
  const models = Object.values(byModel).map(recordOf);
  const sum = (field: string) => models.reduce((all, model) => all + countOr(model[field], 0), 0);
  return {
    input_tokens: sum('inputTokens'),
    output_tokens: sum('outputTokens'),
    cache_read_tokens: sum('cacheReadInputTokens'),
    cache_creation_tokens: sum('cacheCreationInputTokens'),
  };
}
