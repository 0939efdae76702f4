import { expect } from 'vitest';
import type { ScenarioGroup } from '../scenario.ts';
import { answerOf, fake } from './acp.ts';

const text = (words: string) => ({ type: 'text' as const, text: words });

/** What an agent says, by small agents. */
export const acpAnswers: ScenarioGroup = {
  title: 'Agent Client Protocol: what is said',
  scenarios: [
    {
      what: 'an agent that answers',
      task: fake({ steps: [{ say: 'It is ' }, { say: 'done.' }] }),
      outcome: 'completed',
      also: ({ tasks }) =>
        expect(tasks[0]?.end).toMatchObject({
          result: 'It is done.',
          agent_version: 'fake 1.0.0',
          usage: null,
          cost_usd: null,
        }),
    },
    {
      what: 'an agent that gets the prompt byte for byte',
      task: fake({ steps: [{ say: 'PROMPT' }] }, { prompt: 'Größe 漢字\n\u{1f600} "x"' }),
      outcome: 'completed',
      also: (state) => expect(answerOf(state)).toBe('Größe 漢字\n\u{1f600} "x"'),
    },
    {
      what: 'an agent that says something before its answer',
      task: fake({
        steps: [
          { say: 'First I look.' },
          {
            update: {
              sessionUpdate: 'tool_call',
              toolCallId: 'c1',
              title: 'Look',
              kind: 'read',
              status: 'in_progress',
              locations: [{ path: '/a/b' }],
            },
          },
          {
            update: {
              sessionUpdate: 'tool_call_update',
              toolCallId: 'c1',
              status: 'completed',
              content: [{ type: 'content', content: text('seen') }],
            },
          },
          { say: 'It is good.' },
        ],
      }),
      outcome: 'completed',
      also: async (state, { events }) => {
        expect(answerOf(state)).toBe('It is good.');
        const seen = await events();
        expect(seen.find(({ type }) => type === 'agent.tool_use')?.data).toMatchObject({
          name: 'Read',
          input: { file_path: '/a/b' },
        });
        expect(seen.find(({ type }) => type === 'agent.tool_result')?.data).toMatchObject({
          is_error: false,
          content: 'seen',
        });
      },
    },
    {
      what: 'an agent that plans, and names what it costs',
      task: fake({
        steps: [
          {
            update: {
              sessionUpdate: 'plan',
              entries: [{ content: 'Look', priority: 'high', status: 'pending' }],
            },
          },
          {
            update: {
              sessionUpdate: 'usage_update',
              used: 10,
              size: 100,
              cost: { amount: 0.25, currency: 'USD' },
            },
          },
          { say: 'It is done.' },
          { stop: 'end_turn', meta: { quota: { token_count: { input_tokens: 12, output_tokens: 3 } } } },
        ],
      }),
      outcome: 'completed',
      also: async ({ tasks }, { events }) => {
        expect(tasks[0]?.end).toMatchObject({
          cost_usd: 0.25,
          usage: { input_tokens: 12, output_tokens: 3 },
        });
        expect((await events()).some(({ data }) => data['kind'] === 'plan')).toBe(true);
      },
    },
    {
      what: 'an agent whose costs are in another currency',
      task: fake({
        steps: [
          {
            update: { sessionUpdate: 'usage_update', used: 1, size: 2, cost: { amount: 5, currency: 'EUR' } },
          },
          { say: 'Done.' },
        ],
      }),
      outcome: 'completed',
      also: ({ tasks }) => expect(tasks[0]?.end?.cost_usd).toBeNull(),
    },
    {
      what: 'an agent that answers with JSON by a schema',
      task: fake(
        { steps: [{ say: '```json\n{"ok": true}\n```' }] },
        { json_schema: { type: 'object', properties: { ok: { type: 'boolean' } } } },
      ),
      outcome: 'completed',
      also: ({ tasks }) => expect(tasks[0]?.end?.json).toEqual({ ok: true }),
    },
    {
      what: 'an agent that gets the schema as words',
      task: fake({ steps: [{ say: 'PROMPT' }] }, { json_schema: { type: 'object', required: ['ok'] } }),
      outcome: 'invalid_output',
      also: (state) => expect(answerOf(state)).toContain('"required":["ok"]'),
    },
    {
      what: 'an agent whose JSON does not fit',
      task: fake(
        { steps: [{ say: '{"ok": "yes"}' }] },
        { json_schema: { type: 'object', properties: { ok: { type: 'boolean' } } } },
      ),
      outcome: 'invalid_output',
      says: '/ok must be boolean',
    },
    { what: 'an agent that says nothing', task: fake({ steps: [] }), outcome: 'no_result', says: 'Fake' },
    {
      what: 'an agent that only thinks',
      task: fake({
        steps: [{ update: { sessionUpdate: 'agent_thought_chunk', content: text('Hm.') } }],
      }),
      outcome: 'no_result',
    },
    {
      what: 'an agent that stops at the limit of output',
      task: fake({ steps: [{ say: 'one' }, { stop: 'max_tokens' }] }),
      outcome: 'output_token_limit',
    },
    {
      what: 'an agent that stops at its limit of requests',
      task: fake({ steps: [{ say: 'one' }, { stop: 'max_turn_requests' }] }),
      outcome: 'max_turns',
    },
    { what: 'an agent that refuses', task: fake({ steps: [{ stop: 'refusal' }] }), outcome: 'refused' },
    {
      what: 'an agent that stops as cancelled, and nobody did',
      task: fake({ steps: [{ say: 'one' }, { stop: 'cancelled' }] }),
      outcome: 'agent_error',
      says: 'not by its worker',
    },
    {
      what: 'an agent that stops for a reason that there is not',
      task: fake({ steps: [{ say: 'one' }, { stop: 'tired' }] }),
      outcome: 'agent_error',
      says: 'tired',
    },
  ],
};
