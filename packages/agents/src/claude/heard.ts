import type {
  SDKAssistantMessageError,
  SDKMessage,
  SDKResultMessage,
  SDKSystemMessage,
} from '@anthropic-ai/claude-agent-sdk';
import { Background } from './background.ts';

/** What an attempt's messages have told so far that its end is judged by. */
export class Heard {
  init: SDKSystemMessage | undefined;
  /** The last one: its cost and its usage by model are cumulative. */
  result: SDKResultMessage | undefined;
  /** True when the last result is the answer, as far as is known: nothing it waits for runs, no turn has followed. */
  isFinal = false;
  /** Of all results: each counts its own. */
  turns = 0;
  /** Why the last request to the model failed, as Claude Code names it. */
  error: SDKAssistantMessageError | undefined;
  limitReached = false;
  /** When the limit that was told last resets, in seconds since 1970. */
  limitResetsAt: number | undefined;
  readonly background = new Background();

  hear(message: SDKMessage): void {
    this.background.hear(message);
    if (beginsTurn(message)) this.isFinal = false;
    if (message.type === 'assistant' && message.parent_tool_use_id === null) this.error = message.error;
    if (message.type === 'rate_limit_event') {
      this.limitReached = message.rate_limit_info.status === 'rejected';
      this.limitResetsAt = message.rate_limit_info.resetsAt;
    }
    if (message.type === 'system' && message.subtype === 'init') this.init = message;
    if (message.type === 'result') {
      this.result = message;
      this.turns += message.num_turns;
      this.isFinal = message.is_error || !this.background.isAwaited;
    }
  }
}

function beginsTurn(message: SDKMessage): boolean {
  if (message.type === 'system') return message.subtype === 'init';
  if (message.type !== 'assistant' && message.type !== 'stream_event') return false;
  return message.parent_tool_use_id === null;
}
