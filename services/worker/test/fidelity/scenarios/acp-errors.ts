import { expect } from 'vitest';
import type { ScenarioGroup } from '../scenario.ts';
import { answerOf, fake } from './acp.ts';

/** What an agent answers with an error, and the model that it is asked for. */
export const acpErrors: ScenarioGroup = {
  title: 'Agent Client Protocol: errors and models',
  scenarios: [
    {
      what: 'an agent that asks for a login',
      task: fake({ refuses: { code: -32_000, message: 'Authentication required' } }),
      outcome: 'auth_failed',
      says: 'Log in with the agent itself',
      knowsVersion: true,
    },
    {
      what: 'an agent whose key is refused',
      task: fake({ steps: [{ fail: { code: -32_603, message: 'Internal error: invalid x-api-key' } }] }),
      outcome: 'auth_failed',
    },
    {
      what: 'an agent whose usage limit is reached',
      task: fake({
        steps: [{ fail: { code: -32_603, message: 'You have hit your usage limit, try again in 20m' } }],
      }),
      outcome: 'usage_limit',
      also: ({ tasks }) => expect(tasks[0]?.end?.resets_at).not.toBeNull(),
    },
    {
      what: 'an agent that is asked too often',
      task: fake({ steps: [{ fail: { code: 429, message: 'Too many requests, try again in 7s' } }] }),
      outcome: 'rate_limited',
      also: ({ tasks }) => expect(tasks[0]?.end?.resets_at).not.toBeNull(),
    },
    {
      what: 'an agent whose account has no credit',
      task: fake({ steps: [{ fail: { code: -32_603, message: 'Your credit balance is too low' } }] }),
      outcome: 'billing',
    },
    {
      what: 'an agent whose model is overloaded',
      task: fake({ steps: [{ fail: { code: -32_603, message: 'x', data: { error: 'overloaded_error' } } }] }),
      outcome: 'overloaded',
    },
    {
      what: 'an agent whose model gets too much',
      task: fake({ steps: [{ fail: { code: -32_603, message: 'prompt is too long' } }] }),
      outcome: 'prompt_too_long',
    },
    {
      what: 'an agent whose model is not reached',
      task: fake({ steps: [{ fail: { code: -32_603, message: 'fetch failed: ECONNREFUSED' } }] }),
      outcome: 'network',
    },
    {
      what: 'an agent whose model answers with a page of HTML',
      task: fake({ steps: [{ fail: { code: 500, message: '<!doctype html><html>sorry</html>' } }] }),
      outcome: 'network',
    },
    {
      what: 'an agent whose model has its own error',
      task: fake({ steps: [{ fail: { code: 500, message: 'boom' } }] }),
      outcome: 'server_error',
    },
    {
      what: 'an agent whose model there is not',
      task: fake({ steps: [{ fail: { code: 404, message: 'gone' } }] }),
      outcome: 'model_not_found',
    },
    {
      what: 'an agent with an error of another kind',
      task: fake({ steps: [{ fail: { code: -32_603, message: 'a bug' } }] }),
      outcome: 'agent_error',
      says: 'Fake reported: a bug',
    },
    {
      what: 'an agent that has the model that is asked for',
      task: fake(
        {
          session: {
            configOptions: [
              {
                id: 'm',
                name: 'Model',
                category: 'model',
                type: 'select',
                currentValue: 'a',
                options: [{ name: 'More', group: 'g', options: [{ value: 'b', name: 'B' }] }],
              },
            ],
          },
          steps: [{ say: 'HEARD' }],
        },
        { model: 'b' },
      ),
      outcome: 'completed',
      also: (state) => {
        expect(answerOf(state)).toContain('m b');
        expect(state.tasks[0]?.end?.model).toBe('b');
      },
    },
    {
      what: 'an agent that has not the model that is asked for',
      task: fake(
        {
          session: {
            configOptions: [
              {
                id: 'model',
                name: 'Model',
                type: 'select',
                currentValue: 'a',
                options: [{ value: 'a', name: 'A' }],
              },
            ],
          },
        },
        { model: 'b' },
      ),
      outcome: 'model_not_found',
      says: 'It offers a.',
    },
    {
      what: 'an agent whose model is its own matter',
      task: fake({}, { model: 'b' }),
      outcome: 'model_not_found',
      says: 'does not let its client choose',
    },
    {
      what: 'an agent that refuses a model',
      task: fake({ session: { models: { availableModels: [], currentModelId: 'a' } } }, { model: 'b' }),
      outcome: 'model_not_found',
      says: 'session/set_model',
    },
  ],
};
