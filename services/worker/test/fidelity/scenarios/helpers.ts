import { acpFake, httpError, say, useTool, type ModelRequest, type Reply } from '@cc-executor/testkit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Scenario, ScenarioGroup } from '../scenario.ts';
import { ask } from './codex.ts';

const judge = { validation_prompt: 'Is this good? {response}', on_invalid: 'fail' } as const;
const verdict = (is_valid: boolean) => JSON.stringify({ is_valid, reason: 'So it is.' });
/** Answers a validator by one reply, and the task itself by another. */
const judged =
  (validator: Reply, own: Reply = say('The answer.')) =>
  (request: ModelRequest): Reply =>
    JSON.stringify(request.messages).includes('Is this good?') ? validator : own;
const endOf = (state: Parameters<NonNullable<Scenario['also']>>[0]) => state.tasks[0]?.end;
const limit = { type: 'usage_limit_reached', message: 'limit', plan_type: 'plus' };

/** Agents that judge, rewrite and fix, and are others than that of the task. */
export const helpers: ScenarioGroup = {
  title: 'A task with agents beside its own',
  scenarios: [
    {
      what: 'is judged by a model without tools',
      model: () => judged(say(verdict(true))),
      task: { prompt: 'Do it.', ...judge, validation_agent: { agent: 'model', model: 'gpt-judge' } },
      outcome: 'completed',
      also: (state) =>
        expect(endOf(state)?.validation).toMatchObject({ is_valid: true, reason: 'So it is.' }),
    },
    {
      what: 'is judged by Codex, which finds it invalid',
      model: () => judged(say(verdict(false))),
      task: { prompt: 'Do it.', ...judge, validation_agent: { agent: 'codex', model: 'gpt-judge' } },
      outcome: 'validation_failed',
      says: 'So it is.',
    },
    {
      what: 'is judged by an agent of the Agent Client Protocol',
      task: {
        prompt: 'Do it.',
        ...judge,
        validation_agent: {
          agent: 'acp',
          acp: acpFake({
            session: {
              modes: {
                currentModeId: 'ask',
                availableModes: [
                  { id: 'plan', name: 'Plan' },
                  { id: 'ask', name: 'Ask' },
                ],
              },
            },
            steps: [{ say: verdict(true) }],
          }),
        },
      },
      outcome: 'completed',
      also: (state) => expect(endOf(state)?.validation).toMatchObject({ is_valid: true }),
    },
    {
      what: 'is of Codex, and is judged by Claude Code',
      model: () => judged(useTool('StructuredOutput', { is_valid: true, reason: 'So it is.' })),
      task: ask(judge),
      outcome: 'completed',
      also: (state) =>
        expect(endOf(state)?.validation).toMatchObject({ is_valid: true, outcome: 'completed' }),
    },
    {
      what: 'is judged by Codex, whose usage limit is reached: that of Claude Code is not',
      model: () => judged(httpError(429, { error: limit })),
      task: { prompt: 'Do it.', ...judge, validation_agent: { agent: 'codex', model: 'gpt-judge' } },
      outcome: 'usage_limit',
      also: async (state, { ports }) => {
        expect(endOf(state)).toMatchObject({ held_up_by: 'codex' });
        expect(await ports.credential.limitedUntil('')).toBeNull();
      },
    },
    {
      what: 'is judged by a model whose key is refused: that of Claude Code is not',
      model: () => judged(httpError(401, 'invalid api key')),
      task: { prompt: 'Do it.', ...judge, validation_agent: { agent: 'model', model: 'gpt-judge' } },
      outcome: 'auth_failed',
      also: async (state, { events }) => {
        expect(endOf(state)).toMatchObject({ held_up_by: 'model' });
        const paused = (await events()).find(({ type }) => type === 'execution.paused');
        expect(JSON.stringify(paused?.data)).toContain('pass_env');
      },
    },
    {
      what: 'is amended by another agent',
      model: () => (request) => say(JSON.stringify(request.messages).includes('PINEAPPLE') ? 'Yes.' : 'No.'),
      task: {
        prompt: 'Do it.',
        amend_prompt: true,
        amendment_agent: {
          agent: 'acp',
          acp: acpFake({
            session: {
              modes: { currentModeId: 'ask', availableModes: [{ id: 'plan', name: 'Plan' }] },
            },
            steps: [
              { say: JSON.stringify({ amended: 'Do the PINEAPPLE.', is_ambiguous: false, reason: 'x' }) },
            ],
          }),
        },
      },
      outcome: 'completed',
      also: (state) => expect(endOf(state)?.result).toBe('Yes.'),
    },
    {
      what: 'is fixed by another agent',
      task: {
        prompt: 'Do it.',
        checks: ['sh -c "test -f fixed"'],
        on_check_failure: 'fix',
        fix_agent: {
          agent: 'acp',
          acp: acpFake({ steps: [{ write: { path: 'fixed', content: '' } }, { say: 'Fixed.' }] }),
        },
      },
      outcome: 'completed',
      also: async (state, { workspace }) => {
        expect(existsSync(join(await workspace(), 'fixed'))).toBe(true);
        expect(endOf(state)?.fixes).toHaveLength(1);
      },
    },
  ],
};
