import { describe, expect, it } from 'vitest';
import { EVENTS } from '@cc-executor/contracts';
import { toEvents } from '../../src/claude/messages.ts';

/** The events of a message as it comes off the wire; what the code under test does not read is left out. */
const eventsOf = (message: object) => toEvents(message).events;
const ids = { uuid: 'u', session_id: 's', parent_tool_use_id: null };

describe('a message', () => {
  it.each([
    { kind: 'system/compact_boundary', value: { type: 'system', subtype: 'compact_boundary', ...ids } },
    { kind: 'tool_progress', value: { type: 'tool_progress', tool_use_id: 't', ...ids } },
    { kind: 'something_new', value: { type: 'something_new', ...ids } },
  ])('without its own event type passes through: $kind', ({ kind, value }) => {
    expect(eventsOf(value)).toEqual([{ type: 'agent.message', data: { kind, raw: value } }]);
  });

  it('with several blocks is several events', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 't1', name: 'Read', input: { file_path: 'a' } },
    ];
    const events = eventsOf({ type: 'assistant', message: { content }, ...ids });
    expect(events.map((event) => event.type)).toEqual(['agent.message', 'agent.text', 'agent.tool_use']);
    for (const { type, data } of events) expect(EVENTS[type].data.safeParse(data).error).toBeUndefined();
  });

  it('is stored once: an event does not repeat in its raw message what it has as a field', () => {
    const once = (message: object, text: string) => {
      const events = JSON.stringify(eventsOf({ ...message, ...ids }));
      return events.split(text).length - 1;
    };
    const says = [
      { type: 'thinking', thinking: 'A-THOUGHT', signature: 's' },
      { type: 'text', text: 'AN-ANSWER' },
      { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'A-COMMAND' } },
    ];
    for (const text of ['A-THOUGHT', 'AN-ANSWER', 'A-COMMAND'])
      expect(once({ type: 'assistant', message: { content: says } }, text)).toBe(1);
    const gave = [{ type: 'tool_result', tool_use_id: 't1', content: 'AN-OUTPUT' }];
    const twice = { tool_use_result: { stdout: 'AN-OUTPUT', stderr: '' } };
    expect(once({ type: 'user', message: { content: gave }, ...twice }, 'AN-OUTPUT')).toBe(1);
    const result = { type: 'result', subtype: 'success', is_error: false, result: 'AN-ANSWER' };
    expect(once(result, 'AN-ANSWER')).toBe(0);
    const init = { type: 'system', subtype: 'init', model: 'm', claude_code_version: '1', tools: ['A-TOOL'] };
    expect(once(init, 'A-TOOL')).toBe(1);
    const hook = { hook_id: 'h', hook_name: 'n', hook_event: 'e', output: 'A-WORD', outcome: 'success' };
    expect(once({ type: 'system', subtype: 'hook_response', ...hook }, 'A-WORD')).toBe(1);
  });

  it('of a sub-agent is not a part of the answer', () => {
    const sub = { ...ids, parent_tool_use_id: 't1' };
    const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' } };
    expect(eventsOf({ type: 'stream_event', event: delta, ...sub })).toEqual([]);
    const whole = { type: 'assistant', message: { content: [{ type: 'text', text: 'x' }] }, ...sub };
    expect(eventsOf(whole)).toMatchObject([{ type: 'agent.message', data: { kind: 'subagent/text' } }]);
  });

  it('cuts a text between characters, and reports how much is missing', () => {
    const text = `x${'👍'.repeat(30_000)}`;
    const [event] = eventsOf({ type: 'assistant', message: { content: [{ type: 'text', text }] }, ...ids });
    const cut = event?.type === 'agent.text' ? event.data.text : '';
    expect(cut.isWellFormed()).toBe(true);
    const kept = cut.slice(0, cut.indexOf('…'));
    expect(text.startsWith(kept)).toBe(true);
    expect(cut).toContain(`[${String(Buffer.byteLength(text) - Buffer.byteLength(kept))} bytes more`);
  });

  it('never makes an event much larger than 64 KiB of each part', () => {
    const many = Array.from({ length: 5000 }, () => 'a part of the input that is not short');
    const content = [{ type: 'tool_use', id: 't1', name: 'X', input: { many } }];
    const [event] = eventsOf({ type: 'assistant', message: { content }, ...ids });
    expect(event?.data).toMatchObject({ input: { omitted_bytes: expect.any(Number) } });
  });
});
