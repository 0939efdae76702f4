import type {
  SDKAssistantMessageError,
  SDKMessage,
  SDKResultMessage,
  SDKSystemMessage,
} from '@anthropic-ai/claude-agent-sdk';
import type { PlanUse } from '@cc-executor/contracts';
import { Background } from './background.ts';
import { planUse } from './plan-use.ts';

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
  /** True when the model has said or done anything at all. */
  hasContent = false;
  /** True while a streamed message of the main thread has not told why it ends. */
  isMidMessage = false;
  limitReached = false;
  /** How long Claude Code waited before it last repeated the present request by itself, in milliseconds; 0: it did not. */
  retryDelayMs = 0;
  /** When the limit that was told last resets, in seconds since 1970. */
  limitResetsAt: number | undefined;
  limitType: string | undefined;
  /** How much of the plan's limits is used, as it was told last. */
  plan: PlanUse[] = [];
  /** What the model gave last as its structured output, whether or not it was accepted. */
  structuredInput: unknown;
  /** Names of the tools that were denied. */
  readonly deniedTools = new Set<string>();
  /** Why the conversation could not be written down; undefined: it was, as far as is known. */
  notKept: string | undefined;
  readonly background = new Background();

  /** True when the answer came as the model's structured output, and not as text. */
  get hasStructuredOutput(): boolean {
    return this.result?.subtype === 'success' && this.result.structured_output !== undefined;
  }

  hear(message: SDKMessage): void {
    this.background.hear(message);
    if (beginsTurn(message)) this.isFinal = false;
    if (message.type === 'assistant' && message.parent_tool_use_id === null) {
      this.error = message.error;
      this.hasContent ||= message.error === undefined && message.message.content.some(isContent);
      for (const block of message.message.content)
        if (block.type === 'tool_use' && block.name === 'StructuredOutput')
          this.structuredInput = block.input;
    }
    if (message.type === 'stream_event' && message.parent_tool_use_id === null) {
      if (message.event.type === 'message_start') {
        this.isMidMessage = true;
        this.retryDelayMs = 0;
      }
      if (message.event.type === 'message_delta')
        this.isMidMessage = message.event.delta.stop_reason === null;
    }
    if (message.type === 'rate_limit_event') {
      this.limitReached = message.rate_limit_info.status === 'rejected';
      this.limitResetsAt = message.rate_limit_info.resetsAt;
      this.limitType = message.rate_limit_info.rateLimitType;
      this.plan = planUse(message.rate_limit_info);
    }
    if (message.type === 'system' && message.subtype === 'init') this.init = message;
    if (
      message.type === 'system' &&
      message.subtype === 'session_writes_lost' &&
      message.lost.includes('transcript')
    )
      this.notKept = message.error_code;
    if (message.type === 'system' && message.subtype === 'api_retry')
      this.retryDelayMs = message.retry_delay_ms;
    if (message.type === 'result') {
      this.result = message;
      this.turns += message.num_turns;
      for (const { tool_name } of message.permission_denials) this.deniedTools.add(tool_name);
      this.isFinal = message.is_error || !this.background.isAwaited;
    }
  }
}

function isContent(block: { type: string; text?: string }): boolean {
  return block.type !== 'text' || block.text !== '';
}

function beginsTurn(message: SDKMessage): boolean {
  if (message.type === 'system') return message.subtype === 'init';
  if (message.type !== 'assistant' && message.type !== 'stream_event') return false;
  return message.parent_tool_use_id === null;
}
