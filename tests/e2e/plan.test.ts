import type { AnalysisView } from '@cc-executor/contracts';
import { bent, say, startScriptedModel, waitFor, type ScriptedModel } from '@cc-executor/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const resetsAt = Math.floor(Date.now() / 1000) + 3600;
let model: ScriptedModel;
let under: StackUnderTest;
beforeAll(async () => {
  let asked = 0;
  model = await startScriptedModel({
    script: (request) => {
      const usage = { input_tokens: 1000, output_tokens: 100 };
      const reply = bent(say('Done.', { usage }), (events) => events)(request);
      // Each prompt uses a twentieth of the five hours' limit.
      asked += 1;
      const headers = {
        'anthropic-ratelimit-unified-status': 'allowed',
        'anthropic-ratelimit-unified-reset': String(resetsAt),
        'anthropic-ratelimit-unified-representative-claim': 'five_hour',
        'anthropic-ratelimit-unified-5h-status': 'allowed',
        'anthropic-ratelimit-unified-5h-reset': String(resetsAt),
        'anthropic-ratelimit-unified-5h-utilization': (0.4 + asked / 20).toFixed(2),
        'anthropic-ratelimit-unified-7d-status': 'allowed',
        'anthropic-ratelimit-unified-7d-reset': String(resetsAt),
        'anthropic-ratelimit-unified-7d-utilization': '0.25',
      };
      return { ...reply, headers: { ...reply.headers, ...headers } };
    },
  });
  under = await startStackUnderTest({
    CLAUDE_CODE_OAUTH_TOKEN: 'made-up-token',
    ANTHROPIC_BASE_URL: model.url,
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

const planOf = async (tasks: unknown[]) => {
  const { body } = await under.call('POST', '/tasks/analyze', { tasks });
  return (body as AnalysisView).forecast.plan;
};
const prompts = (count: number) => Array.from({ length: count }, () => 'Write a haiku about autumn.');

it('is set against what is left of the plan, as far as that is known', async () => {
  expect(await planOf(prompts(1))).toBeNull();
  const id = await under.submit({ tasks: prompts(4) });
  await under.ended(id);
  const { results } = await under.results(id);
  expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'completed'));
  const resets_at = new Date(resetsAt * 1000).toISOString();
  const [five] = await waitFor(async () => {
    const plan = (await planOf(prompts(1))) ?? [];
    return plan.some(({ limit, used, needed }) => limit === 'five_hour' && used === 0.6 && needed !== null)
      ? plan
      : null;
  });
  expect(five).toMatchObject({ limit: 'five_hour', used: 0.6, resets_at, fits: true });
  expect(five?.needed).toBeCloseTo(0.05, 2);
  expect(await planOf(prompts(10))).toMatchObject([
    { limit: 'five_hour', needed: expect.closeTo(0.5, 1), fits: false },
    // Nothing was seen to use the week's.
    { limit: 'seven_day', used: 0.25, needed: null, fits: null },
  ]);
  // Of a kind that has never run nobody knows what it needs.
  expect((await planOf([{ command: 'true' }, ...prompts(1)]))?.[0]).toMatchObject({ fits: null });
});
