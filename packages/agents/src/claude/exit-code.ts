import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';

/**
 * The exit code of the command whose result this message brings, where Claude Code tells it: of one that failed in its
 * text, of one that succeeded by its form. Undefined: not told, as of a command in the background, and of a grep
 * without a match, which is no error to it and did not exit with 0.
 */
export function exitCodeOf({ tool_use_result: result, message }: SDKUserMessage): number | undefined {
  // The result is that of the message's one block.
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
