import type { OutcomeCode } from '@cc-executor/contracts';
import type { AgentEnd } from '../agent.ts';
import { listedDenials } from './denied-text.ts';
import type { FinalAnswer } from './final-answer.ts';
import type { Heard } from './heard.ts';
import type { Result } from './message.ts';
import type { Known } from './outcome.ts';
import { countOr, recordOf } from './read.ts';
import { resetTime } from './reset-time.ts';

/** The whole account of an attempt's end. The exit code stays null: a prompt has none that means anything. */
export function endOf(known: Known, answer: FinalAnswer): AgentEnd {
  const { result, turns } = known.heard;
  const { outcome, message } = answer;
  return {
    outcome,
    message,
    exit_code: null,
    signal: outcome === 'agent_crashed' ? (known.exit?.signal ?? null) : null,
    result: answer.result,
    json: answer.json,
    uuid_proof: answer.uuid_proof,
    ...(outcome === 'usage_limit' && known.heard.limitType !== undefined
      ? { limit: known.heard.limitType }
      : {}),
    ...(known.heard.plan.length > 0 ? { plan: known.heard.plan } : {}),
    resets_at: notBefore(outcome, message, known.heard),
    session_id: known.heard.sessionId,
    model: known.heard.model,
    agent_version: known.heard.version,
    turns: result === undefined ? null : turns,
    cost_usd: result?.costUsd ?? null,
    usage: usageOf(result?.modelUsage),
    ...(known.heard.denied.size > 0 ? { denials: listedDenials([...known.heard.denied.values()]) } : {}),
    validation: null,
    findings: [],
    checks: [],
    fixes: [],
  };
}

/** Longer than this the server is not waited for: Claude Code fails at once, and tells nobody what Retry-After said. */
const LONG_RETRY_MS = 60_000;

/** Before which time another try is of no use, as RFC 3339; null: not known. */
function notBefore(outcome: OutcomeCode, message: string | null, heard: Heard): string | null {
  if (outcome === 'usage_limit') return resetTime(heard, message);
  if (outcome !== 'rate_limited') return null;
  const ms = heard.retryDelayMs === 0 ? LONG_RETRY_MS : heard.retryDelayMs;
  return new Date(Date.now() + ms).toISOString();
}

/** All models of the attempt together; `modelUsage` is cumulative, so the last result has it all. */
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
