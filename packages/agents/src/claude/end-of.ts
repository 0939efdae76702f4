import type { SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import type { AgentEnd } from '../agent.ts';
import { judge, type Known } from './outcome.ts';
import { resetTime } from './reset-time.ts';

/** The whole account of an attempt's end. The exit code stays null: a prompt has none that means anything. */
export function endOf(known: Known): AgentEnd {
  const { init, result, turns } = known.heard;
  const { outcome, message } = judge(known);
  return {
    outcome,
    message,
    exit_code: null,
    signal: outcome === 'agent_crashed' ? (known.exit?.signal ?? null) : null,
    result: outcome === 'completed' && result?.subtype === 'success' ? result.result : null,
    resets_at: outcome === 'usage_limit' ? resetTime(known.heard, message) : null,
    session_id: init?.session_id ?? result?.session_id ?? null,
    model: init?.model ?? null,
    agent_version: init?.claude_code_version ?? null,
    turns: result === undefined ? null : turns,
    cost_usd: result?.total_cost_usd ?? null,
    usage: result === undefined ? null : usageOf(result),
    json: null,
    validation: null,
  };
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
