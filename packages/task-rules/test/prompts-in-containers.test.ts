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
  expect(asked).toBe(0);
  await expect(check([{ task: 1, text: 'x', options: {}, boxed: true }])).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    details: { errors: [{ path: 'isolation', message: 'needs a key' }] },
  });
});
