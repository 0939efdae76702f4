import { LIMITS } from '@cc-executor/contracts/limits';
import { estimateTokenCount, isWithinTokenLimit } from 'tokenx';

/** Returns what is wrong with the size of a prompt; null: nothing. Tokens are estimated. */
export function sizeFault(text: string, maxTokens: number): string | null {
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMITS.promptBytes)
    return `has ${String(bytes)} bytes; at most ${String(LIMITS.promptBytes)} are allowed`;
  // By the estimate, no character is more than one token: most prompts need no count.
  if (text.length <= maxTokens || isWithinTokenLimit(text, maxTokens)) return null;
  const tokens = String(estimateTokenCount(text));
  return `has about ${tokens} tokens; at most ${String(maxTokens)} are allowed (CC_EXECUTOR_MAX_PROMPT_TOKENS)`;
}
