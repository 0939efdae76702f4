import type { ExecutionEvent } from '@cc-executor/sdk';
import type { Attempt } from './timeline.ts';
import { emptyTimeline, foldTimeline } from './timeline.ts';
import { afterCall, type Todo } from './todos.ts';

/** A part of what an agent did, in its order. */
export type Part =
  | { kind: 'text'; seq: number; text: string }
  | { kind: 'thinking'; seq: number; text: string }
  | { kind: 'note'; seq: number; text: string; tone: '' | 'warn' | 'bad' }
  | { kind: 'gap'; seq: number }
  | {
      kind: 'tool';
      seq: number;
      id: string;
      name: string;
      input: unknown;
      result: { content: unknown; isError: boolean; exitCode: number | null } | null;
      /** What the agent that it started said and did. */
      inner: Part[];
    };
type Tool = Extract<Part, { kind: 'tool' }>;

/** What the events of one task tell, by its attempts. */
export interface Story {
  attempts: Attempt[];
  /** By the number of the attempt. */
  parts: Map<number, Part[]>;
  /** What the agent means to do, by the number of the attempt. */
  todos: Map<number, Todo[]>;
  /** The calls of tools, by their attempts and ids. */
  calls: Map<string, Tool>;
  /** The seq of the last event that was seen. */
  head: number;
}

export function emptyStory(): Story {
  return { attempts: [], parts: new Map(), todos: new Map(), calls: new Map(), head: 0 };
}

/** Applies one event of the task, in place. */
export function foldStory(story: Story, event: ExecutionEvent | { type: 'gap'; to: number }): void {
  if (event.type === 'gap') {
    story.head = event.to;
    const last = story.attempts.at(-1)?.attempt ?? 1;
    partsOf(story, last).push({ kind: 'gap', seq: event.to });
    return;
  }
  story.head = event.seq;
  const timeline = { ...emptyTimeline(), attempts: story.attempts };
  foldTimeline(timeline, event);
  if (event.task === undefined) return;
  const attempt = event.attempt ?? 1;
  const { seq } = event;
  const callOf = (id: string) => story.calls.get(`${String(attempt)} ${id}`);
  // What a sub-agent does is in the call that started it; of one that is no longer in the log, beside it.
  const parent = 'raw' in event.data ? parentIn(event.data.raw) : null;
  const parts = (parent === null ? undefined : callOf(parent)?.inner) ?? partsOf(story, attempt);
  const note = (text: string, tone: '' | 'warn' | 'bad' = '') =>
    parts.push({ kind: 'note', seq, text, tone });
  switch (event.type) {
    case 'agent.init':
      note(`${event.data.model}, session ${event.data.session_id}`);
      return;
    case 'agent.delta':
      return append(parts, seq, event.data.text);
    case 'agent.text':
      return whole(parts, seq, event.data.text);
    case 'agent.tool_use': {
      const { id, name, input } = event.data;
      const call: Tool = { kind: 'tool', seq, id, name, input, result: null, inner: [] };
      story.calls.set(`${String(attempt)} ${id}`, call);
      parts.push(call);
      return;
    }
    case 'agent.tool_result': {
      const call = callOf(event.data.id);
      const { content, is_error: isError, exit_code: exitCode = null } = event.data;
      if (call) call.result = { content, isError, exitCode };
      if (call && !isError && parent === null)
        story.todos.set(attempt, afterCall(story.todos.get(attempt) ?? [], call, content));
      return;
    }
    case 'agent.retry':
      note(
        `The request to the model is repeated (${String(event.data.attempt)} of ${String(event.data.max_retries)}).`,
        'warn',
      );
      return;
    case 'agent.message': {
      const thought = wordsIn(event.data.raw, 'thinking');
      if (thought !== null) parts.push({ kind: 'thinking', seq, text: thought });
      const said = event.data.kind === 'subagent/text' ? wordsIn(event.data.raw, 'text') : null;
      if (said !== null) parts.push({ kind: 'text', seq, text: said });
      return;
    }
    case 'task.warning':
      note(event.data.message, 'warn');
      return;
    case 'task.amended':
      note('The prompt was rewritten before it was sent.');
      return;
    case 'task.checking':
      note(`A check runs: ${event.data.command}`);
      return;
    case 'task.failed':
    case 'task.timed_out':
    case 'task.cancelled':
    case 'task.interrupted':
    case 'task.retrying':
      note(`${event.data.outcome.replaceAll('_', ' ')}: ${event.data.message ?? ''}`, 'bad');
      return;
    default:
  }
}

function partsOf(story: Story, attempt: number): Part[] {
  const parts = story.parts.get(attempt) ?? [];
  story.parts.set(attempt, parts);
  return parts;
}

/** Text as it is generated: until the whole block comes. */
function append(parts: Part[], seq: number, text: string): void {
  const last = parts.at(-1);
  if (last?.kind === 'text' && last.seq < 0) last.text += text;
  else parts.push({ kind: 'text', seq: -seq, text });
}

/** A whole block takes the place of its pieces. */
function whole(parts: Part[], seq: number, text: string): void {
  const last = parts.at(-1);
  if (last?.kind === 'text' && last.seq < 0) parts.pop();
  parts.push({ kind: 'text', seq, text });
}

/** What the agent thought or said, where a message of it has that. */
function wordsIn(raw: unknown, kind: 'thinking' | 'text'): string | null {
  const { message } = (raw ?? {}) as { message?: { content?: unknown } };
  if (!Array.isArray(message?.content)) return null;
  const words = (message.content as Record<string, unknown>[]).flatMap((block) => {
    const text = block['type'] === kind ? block[kind] : null;
    return typeof text === 'string' ? [text] : [];
  });
  return words.length > 0 ? words.join('\n') : null;
}

/** The call of a tool that started the agent of a message; null: it is the agent of the task. */
function parentIn(raw: unknown): string | null {
  const { parent_tool_use_id: parent } = (raw ?? {}) as { parent_tool_use_id?: unknown };
  return typeof parent === 'string' ? parent : null;
}
