import type { SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import type { OutcomeCode } from '@cc-executor/contracts';
import type { AgentEnd } from '../agent.ts';
import type { FinalAnswer } from './final-answer.ts';
import type { Heard } from './heard.ts';
import type { Known } from './outcome.ts';
import { resetTime } from './reset-time.ts';

/** The whole account of an attempt's end. The exit code stays null: a prompt has none that means anything. */
export function endOf(known: Known, answer: FinalAnswer): AgentEnd {
  const { init, result, turns } = known.heard;
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
    session_id: init?.session_id ?? result?.session_id ?? null,
    model: init?.model ?? null,
    agent_version: init?.claude_code_version ?? null,
    turns: result === undefined ? null : turns,
    cost_usd: result?.total_cost_usd ?? null,
    usage: result === undefined ? null : usageOf(result),
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
function usageOf(result: SDKResultMessage): AgentEnd['usage'] {
  const usage = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_creation_tokens: 0 };
  for (const model of Object.values(result.modelUsage)) {
    usage.input_tokens += model.inputTokens;
    usage.output_tokens += model.outputTokens;
    usage.cache_read_tokens += model.cacheReadInputTokens;
    usage.cache_creation_tokens += model.cacheCreationInputTokens;
  }
  return usage;
}
