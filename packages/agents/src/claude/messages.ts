import type { SDKAssistantMessage, SDKMessage, SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { EVENTS } from '@cc-executor/contracts';
import type { AgentEvent } from '../agent.ts';
import { capContent, capRaw, capText } from '../cap.ts';
import { exitCodeOf } from './exit-code.ts';
import { readMessage } from './message.ts';
import { recordOf, textOr } from './read.ts';
import { timeOf } from './time-of.ts';

/**
 * Returns a message of Claude Code as events. Of the stream, only text of the main thread is one; a message
 * without its own event type passes through as `agent.message`. So does one that lacks what its event needs, as
 * those of other versions may: `misfit` is its kind then, else null. Never throws.
 */
export function toEvents(message: unknown): { events: AgentEvent[]; misfit: string | null } {
  try {
    const events = eventsOf(message as SDKMessage);
    if (events.every(({ type, data }) => EVENTS[type].data.safeParse(data).success))
      return { events, misfit: null };
  } catch {
    // A field that was read is missing.
  }
  const { type, subtype } = recordOf(message);
  const misfit =
    [type, subtype]
      .map((part) => textOr(part, ''))
      .filter(Boolean)
      .join('/') || 'unknown';
  return { events: type === 'stream_event' ? [] : [other(misfit, capRaw(message))], misfit };
}

function eventsOf(message: SDKMessage): AgentEvent[] {
  if (message.type === 'stream_event') return deltaOf(message);
  const raw = capRaw(message);
  switch (message.type) {
    case 'assistant':
      return message.message.content.map((block) => ofAssistant(block, message));
    case 'user':
      return ofUser(message);
    case 'rate_limit_event': {
      const { status, resetsAt } = message.rate_limit_info;
      return [{ type: 'agent.limit', data: { status, resets_at: timeOf(resetsAt), raw } }];
    }
    case 'result': {
      const { subtype, is_error } = message;
      // Its text is that of the last agent.text.
      return [{ type: 'agent.result', data: { subtype, is_error, raw: restOf(message, ['result']) } }];
    }
    case 'system':
      return [ofSystem(message, raw)];
    default:
      return [other(message.type, raw)];
  }
}

function deltaOf(message: SDKMessage): AgentEvent[] {
  const read = readMessage(message);
  if (read.type !== 'stream_event' || !read.isMain || !read.text) return [];
  return [{ type: 'agent.delta', data: { text: read.text } }];
}

function ofAssistant(
  block: SDKAssistantMessage['message']['content'][number],
  message: SDKAssistantMessage,
): AgentEvent {
  const raw = withoutContent(message);
  switch (block.type) {
    case 'text':
      // A sub-agent's text is for the agent and not part of the answer.
      if (message.parent_tool_use_id !== null) return other('subagent/text', withContent(message, block));
      return { type: 'agent.text', data: { text: capText(block.text), raw } };
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return {
        type: 'agent.tool_use',
        data: { id: block.id, name: block.name, input: capContent(block.input), raw },
      };
    default:
      return other(`assistant/${block.type}`, withContent(message, block));
  }
}

function ofUser(message: SDKUserMessage): AgentEvent[] {
  const { content } = message.message;
  if (typeof content === 'string') return [other('user', capRaw(message))];
  const raw = withoutContent(message);
  const exit_code = exitCodeOf(message);
  return content.map((block) =>
    block.type === 'tool_result'
      ? {
          type: 'agent.tool_result',
          data: {
            id: block.tool_use_id,
            is_error: block.is_error === true,
            content: capContent(block.content ?? ''),
            ...(exit_code === undefined ? {} : { exit_code }),
            raw,
          },
        }
      : other(`user/${block.type}`, withContent(message, block)),
  );
}

function ofSystem(message: Extract<SDKMessage, { type: 'system' }>, raw: unknown): AgentEvent {
  switch (message.subtype) {
    case 'init': {
      const { session_id, model, claude_code_version: version, tools, capabilities = [] } = message;
      const rest = restOf(message, ['tools', 'capabilities']);
      return { type: 'agent.init', data: { session_id, model, version, tools, capabilities, raw: rest } };
    }
    case 'api_retry': {
      const { attempt, max_retries, retry_delay_ms, error_status: status } = message;
      return {
        type: 'agent.retry',
        data: { attempt, max_retries, delay: retry_delay_ms / 1000, status, raw },
      };
    }
    case 'hook_started':
    case 'hook_progress':
    case 'hook_response':
      return ofHook(message, raw);
    default:
      return other(`system/${message.subtype}`, raw);
  }
}

function ofHook(
  message: Extract<SDKMessage, { subtype: 'hook_started' | 'hook_progress' | 'hook_response' }>,
  raw: unknown,
): AgentEvent {
  const { hook_id: id, hook_name: name, hook_event: event } = message;
  const about = { id, name, event, outcome: null, exit_code: null, output: '', raw };
  if (message.subtype === 'hook_started') return { type: 'agent.hook', data: { ...about, phase: 'started' } };
  const output = capText(message.output);
  about.raw = restOf(message, ['output']);
  if (message.subtype === 'hook_progress')
    return { type: 'agent.hook', data: { ...about, phase: 'progress', output } };
  const { outcome, exit_code = null } = message;
  return { type: 'agent.hook', data: { ...about, phase: 'finished', output, outcome, exit_code } };
}

/** A message, but for what the event of it has by itself: a reader gets no text twice. The transcript has it whole. */
function restOf(message: object, named: readonly string[]): unknown {
  return capRaw(Object.fromEntries(Object.entries(message).filter(([key]) => !named.includes(key))));
}

/** `tool_use_result` is the content of a tool's result in another form. */
function withoutContent({ message, ...others }: SDKAssistantMessage | SDKUserMessage): unknown {
  const { content: _, ...rest } = message;
  return restOf({ ...others, message: rest }, ['tool_use_result']);
}

/** Of a message with several blocks, each event has its own. */
function withContent({ message, ...others }: SDKAssistantMessage | SDKUserMessage, block: unknown): unknown {
  return restOf({ ...others, message: { ...message, content: [block] } }, ['tool_use_result']);
}

function other(kind: string, raw: unknown): AgentEvent {
  return { type: 'agent.message', data: { kind, raw } };
}
