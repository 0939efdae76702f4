import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

interface Description {
  channels: { events: { messages: Record<string, { payload: object }> } };
}

let under: StackUnderTest;
let description: Description;
beforeAll(async () => {
  under = await startStackUnderTest({ MAX_BUFFER_SIZE: '200000' });
  const gateway = under.stack.wsUrl.replace('ws', 'http');
  description = (await (await fetch(`${gateway}/asyncapi.json`)).json()) as Description;
});
afterAll(async () => under.stop());

const ajv = new Ajv({ strict: false });
formats.default(ajv);

describe('server-sent events', () => {
  // Proves: described-api
  it('are what their description says: events, a gap where output was trimmed, a reset', async () => {
    const id = await under.submit({
      tasks: [{ command: 'yes | head -c 1000000' }, { command: 'echo last' }],
    });
    await under.ended(id);
    const sent = await (await fetch(`${under.stack.apiUrl}/executions/${id}/events?epoch=other`)).text();
    const frames = sent
      .split('\n\n')
      .filter((frame) => frame.includes('data: '))
      .map((frame) => ({
        name: /^event: (.*)$/m.exec(frame)?.[1] ?? 'event',
        id: /^id: (.*)$/m.exec(frame)?.[1],
        data: JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? '') as { seq?: number; epoch?: string },
      }));
    expect(new Set(frames.map(({ name }) => name))).toEqual(new Set(['reset', 'event', 'gap']));
    for (const { name, id: frameId, data } of frames) {
      const { payload } = description.channels.events.messages[name] ?? {};
      expect([name, ajv.validate(payload ?? false, data), ajv.errors]).toEqual([name, true, null]);
      expect(frameId).toBe(name === 'event' ? `${String(data.seq)}@${String(data.epoch)}` : undefined);
    }
  });
});
