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
  /** True when the last result is the answer, and not only what is said until background work ends. */
  isFinal = false;
  /** Of all results: each counts its own. */
  turns = 0;
  /** Why the last request to the model failed, as Claude Code names it. */
  error: SDKAssistantMessageError | undefined;
  limitReached = false;
  readonly background = new Background();

  hear(message: SDKMessage): void {
    this.background.hear(message);
    if (message.type === 'assistant' && message.parent_tool_use_id === null) this.error = message.error;
    if (message.type === 'rate_limit_event')
      this.limitReached = message.rate_limit_info.status === 'rejected';
    if (message.type === 'system' && message.subtype === 'init') this.init = message;
    if (message.type === 'result') {
      this.result = message;
      this.turns += message.num_turns;
      this.isFinal = message.is_error || !this.background.isAwaited;
    }
  }
}
