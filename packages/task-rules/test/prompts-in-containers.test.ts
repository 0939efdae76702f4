import { expect, it } from 'vitest';
import { promptCheck } from '../src/prompts.ts';

it('prompts in containers are refused where no worker has a key, and others are not', async () => {
  let asked = 0;
  const check = promptCheck({
    maxTokens: 1000,
    isRoot: async () => await Promise.resolve(false),
    whyNoBox: async () => {
      asked += 1;
      return await Promise.resolve('needs a key');
    },
  });
  await check([{ task: 1, text: 'x', options: {}, boxed: false }]);
  // It has its own key.
  await check([{ task: 1, text: 'x', options: {}, boxed: true, agent: 'codex' }]);
  expect(asked).toBe(0);
  await expect(check([{ task: 1, text: 'x', options: {}, boxed: true }])).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    details: { errors: [{ path: 'isolation', message: 'needs a key' }] },
  });
});

it('Codex in a container is not asked only to plan', async () => {
  const check = promptCheck({
    maxTokens: 1000,
    isRoot: async () => await Promise.resolve(false),
    whyNoBox: async () => await Promise.resolve(null),
  });
  const plan = { task: 2, text: 'x', options: { permission_mode: 'plan' } } as const;
  await check([{ ...plan, boxed: true, agent: 'claude' }]);
  await check([{ ...plan, agent: 'codex' }]);
  await expect(check([{ ...plan, boxed: true, agent: 'codex' }])).rejects.toMatchObject({
    details: {
      errors: [{ path: 'tasks[1].permission_mode', message: expect.stringContaining("can't be kept") }],
    },
  });
});
