import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';

/**
 * Returns the exit code of the command whose result is in this message, if Claude Code reports it: for a failure in its
 * text, for a success by its form. Undefined: not reported, as for a background command, and for a grep
 * without a match, which is not an error to it although the exit code was not 0.
 */
export function exitCodeOf({ tool_use_result: result, message }: SDKUserMessage): number | undefined {
  // The message has one block, and this is its result.
  if (message.content.length !== 1) return undefined;
  if (typeof result === 'string') {
    const code = /^Error: Exit code (\d{1,3})(?:\n|$)/.exec(result)?.[1];
    return code === undefined ? undefined : Number(code);
  }
  if (typeof result !== 'object' || result === null || !('stdout' in result)) return undefined;
  const { interrupted, returnCodeInterpretation, backgroundTaskId } = result as Record<string, unknown>;
  const isPlain = interrupted === false && !returnCodeInterpretation && !backgroundTaskId;
  return isPlain ? 0 : undefined;
}
