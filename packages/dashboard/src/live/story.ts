import type { ExecutionEvent } from '@cc-executor/sdk';
import type { Attempt } from './timeline.ts';
import { emptyTimeline, endIn, foldTimeline } from './timeline.ts';
import { afterCall, type Todo } from './todos.ts';
import { NOTES } from '../texts/moments.ts';

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
      /** The messages and actions of the agent that it started. */
      inner: Part[];
    };
type Tool = Extract<Part, { kind: 'tool' }>;

/** The changes of a hook to a prompt or its variables. */
export interface PromptChange {
  hook: string;
  stage: string;
  /** The names of the variables that it set. */
  env: readonly string[];
  prompt: { asked: string; sent: string } | null;
}

/** The content of the events of one task, by its attempts. */
export interface Story {
  attempts: Attempt[];
  /** By the number of the attempt. */
  parts: Map<number, Part[]>;
  /** The plan of the agent, by the number of the attempt. */
  todos: Map<number, Todo[]>;
  /** The changes of hooks before the agent received the prompt, by the number of the attempt. */
  prompts: Map<number, PromptChange[]>;
  /** The calls of tools, by their attempts and ids. */
  calls: Map<string, Tool>;
  /** The seq of the last event that was seen. */
  head: number;
}

export function emptyStory(): Story {
  return {
    attempts: [],
    parts: new Map(),
    todos: new Map(),
    prompts: new Map(),
    calls: new Map(),
    head: 0,
  };
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
  const end = endIn(event);
  const own = story.attempts.findLast((one) => one.attempt === attempt);
  if (own && end !== null) own.end = end;
  const parent = 'raw' in event.data ? parentIn(event.data.raw) : null;
  const caller = parent === null ? undefined : story.calls.get(`${String(attempt)} ${parent}`);
  // What a sub-agent does is in the call that started it; of one that is no longer in the log, beside it.
  const parts = caller?.inner ?? partsOf(story, attempt);
  foldAgent(story, event, { attempt, parts, isMain: parent === null });
  if (event.type === 'hook.amended') {
    const { hook, stage, env, prompt } = event.data;
    story.prompts.set(attempt, [...(story.prompts.get(attempt) ?? []), { hook, stage, env, prompt }]);
  }
  const note = noteOf(event);
  if (note !== null) parts.push({ kind: 'note', seq: event.seq, ...note });
}

interface Place {
  attempt: number;
  parts: Part[];
  /** False: it is of a sub-agent. */
  isMain: boolean;
}

/** Returns the agent's messages and actions. */
function foldAgent(story: Story, event: ExecutionEvent, { attempt, parts, isMain }: Place): void {
  const { seq } = event;
  switch (event.type) {
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
      const call = story.calls.get(`${String(attempt)} ${event.data.id}`);
      const { content, is_error: isError, exit_code: exitCode = null } = event.data;
      if (call) call.result = { content, isError, exitCode };
      if (call && !isError && isMain)
        story.todos.set(attempt, afterCall(story.todos.get(attempt) ?? [], call, content));
      return;
    }
    case 'agent.message': {
      const thought = wordsIn(event.data.raw, 'thinking');
      if (thought !== null) parts.push({ kind: 'thinking', seq, text: thought });
      const said = event.data.kind === 'subagent/text' ? wordsIn(event.data.raw, 'text') : null;
      if (said !== null) parts.push({ kind: 'text', seq, text: said });
      return;
    }
    default:
  }
}

/** The text of an event that is neither a message nor an action of the agent; null: none. */
function noteOf(event: ExecutionEvent): Omit<Extract<Part, { kind: 'note' }>, 'kind' | 'seq'> | null {
  switch (event.type) {
    case 'agent.init':
      return { text: NOTES.session(event.data.model, event.data.session_id), tone: '' };
    case 'agent.retry': {
      const { attempt, max_retries: most } = event.data;
      const text = NOTES.repeated(attempt, most);
      return { text, tone: 'warn' };
    }
    case 'task.warning':
      return { text: event.data.message, tone: 'warn' };
    case 'hook.amended':
      return { text: NOTES.amended(event.data.hook), tone: '' };
    case 'hook.warning':
      return { text: NOTES.hook(event.data.hook, event.data.message), tone: 'warn' };
    case 'task.amended':
      return { text: NOTES.rewritten, tone: '' };
    case 'task.checking':
      return { text: NOTES.checking(event.data.command), tone: '' };
    case 'task.failed':
    case 'task.timed_out':
    case 'task.cancelled':
    case 'task.interrupted':
    case 'task.retrying': {
      const { outcome, message } = event.data;
      return { text: NOTES.ended(outcome.replaceAll('_', ' '), message), tone: 'bad' };
    }
    default:
      return null;
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

/** The agent's thinking or text in a message, if it has any. */
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
