import type { AuthStatus } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { noKeyForContainers, type WorkerReport } from '../src/index.ts';

const directory = (...methods: AuthStatus['method'][]) => ({
  list: async () =>
    await Promise.resolve(
      methods.map((method) => ({ auth: { status: 'authenticated', method, message: '' } }) as WorkerReport),
    ),
});
const CURE = expect.stringContaining('claude setup-token');

describe('prompts in containers', () => {
  it.each([
    [['claude_login'], CURE],
    [['claude_login', 'api_key_helper'], CURE],
    [['third_party'], expect.stringContaining('the credentials of a cloud provider')],
    [['claude_login', 'api_key'], null],
    [['oauth_token'], null],
    [['none'], null],
    [[], null],
  ] as const)('with the credentials %j', async (methods, why) => {
    expect(await noKeyForContainers(directory(...methods))).toEqual(why);
  });
});
