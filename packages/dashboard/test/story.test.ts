import type { ExecutionEvent } from '@cc-executor/sdk';
import { describe, expect, it } from 'vitest';
import { emptyStory, foldStory } from '../src/live/story.ts';

/** The story of these events of the first attempt at a task. */
function storyOf(events: readonly { type: string; data: object }[]) {
  const story = emptyStory();
  for (const [index, event] of events.entries())
    foldStory(story, { seq: index + 1, at: '', task: 1, attempt: 1, ...event } as unknown as ExecutionEvent);
  return story;
}

const call = (id: string, name: string, input: object, parent: string | null = null) => ({
  type: 'agent.tool_use',
  data: { id, name, input, raw: { parent_tool_use_id: parent } },
});
const answer = (id: string, content: unknown, parent: string | null = null, isError = false) => ({
  type: 'agent.tool_result',
  data: { id, content, is_error: isError, raw: { parent_tool_use_id: parent } },
});
const text = (words: string, parent: string | null = null) => ({
  type: 'agent.message',
  data: {
    kind: 'subagent/text',
    raw: { parent_tool_use_id: parent, message: { content: [{ type: 'text', text: words }] } },
  },
});

describe('the story of a task', () => {
  it('has agents in agents, each in the call that started it', () => {
    const story = storyOf([
      call('a', 'Agent', {}),
      call('b', 'Agent', {}, 'a'),
      text('deep', 'b'),
      call('c', 'Bash', {}, 'b'),
      answer('c', 'x', 'b'),
      answer('b', 'y', 'a'),
      answer('a', 'z'),
    ]);
    const [outer] = story.parts.get(1) ?? [];
    expect(story.parts.get(1)).toHaveLength(1);
    expect(outer).toMatchObject({
      result: { content: 'z' },
      inner: [
        {
          id: 'b',
          result: { content: 'y' },
          inner: [
            { kind: 'text', text: 'deep' },
            { id: 'c', result: { content: 'x' } },
          ],
        },
      ],
    });
  });

  it('has what an agent did although the call that started it is no longer in the log', () => {
    const story = storyOf([text('late', 'gone')]);
    expect(story.parts.get(1)).toMatchObject([{ kind: 'text', text: 'late' }]);
  });

  it('has the plan of the agent, as its last calls left it', () => {
    const todo = (content: string, status: string) => ({ content, status, activeForm: content });
    const story = storyOf([
      call('a', 'TodoWrite', { todos: [todo('read', 'completed'), todo('write', 'in_progress')] }),
      answer('a', 'ok'),
      // Of a sub-agent, refused, and of something else.
      call('b', 'TodoWrite', { todos: [] }, 'a'),
      answer('b', 'ok', 'a'),
      call('c', 'TodoWrite', { todos: [] }),
      answer('c', 'no such tool', null, true),
      call('d', 'Bash', { todos: [] }),
      answer('d', 'ok'),
    ]);
    expect(story.todos.get(1)).toEqual([
      { id: '1', text: 'read', state: 'completed' },
      { id: '2', text: 'write', state: 'in_progress' },
    ]);
  });

  it('has a plan that was made piece by piece', () => {
    const story = storyOf([
      call('a', 'TaskCreate', { subject: 'read' }),
      call('b', 'TaskCreate', { subject: 'write' }),
      answer('a', 'Task #1 created successfully: read'),
      answer('b', [{ type: 'text', text: 'Task #2 created successfully: write' }]),
      call('c', 'TaskUpdate', { taskId: '2', status: 'in_progress', subject: 'write it' }),
      answer('c', 'Updated task #2'),
      call('d', 'TaskUpdate', { taskId: '1', status: 'deleted' }),
      answer('d', 'ok'),
      call('e', 'TodoWrite', { omitted_bytes: 100 }),
      answer('e', 'ok'),
    ]);
    expect(story.todos.get(1)).toEqual([{ id: '2', text: 'write it', state: 'in_progress' }]);
  });
});
