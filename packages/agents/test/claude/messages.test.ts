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
  ])('without an event type of its own passes through: $kind', ({ kind, value }) => {
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

  it('of a sub-agent is not a part of the answer', () => {
    const sub = { ...ids, parent_tool_use_id: 't1' };
    const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' } };
    expect(eventsOf({ type: 'stream_event', event: delta, ...sub })).toEqual([]);
    const whole = { type: 'assistant', message: { content: [{ type: 'text', text: 'x' }] }, ...sub };
    expect(eventsOf(whole)).toMatchObject([{ type: 'agent.message', data: { kind: 'subagent/text' } }]);
  });

  it('cuts a text between characters, and tells how much is missing', () => {
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
