import { expect, it } from 'vitest';
import { credentialFingerprint } from '../../src/index.ts';

const of = (env: Record<string, string>, salt = 'an installation') => credentialFingerprint(env, salt);

it('is the same for the same credential, and reveals nothing of it', () => {
  const key = { ANTHROPIC_API_KEY: 'sk-test-0123456789' };
  expect(of({ ...key, PATH: '/a' })).toBe(of({ ...key, PATH: '/b' }));
  expect(of(key)).toMatch(/^[\w-]{22}$/);
  expect(of(key)).not.toContain('test');
});

it('is another for another credential, place, server or installation', () => {
  const all = [
    of({ ANTHROPIC_API_KEY: 'one' }),
    of({ ANTHROPIC_API_KEY: 'two' }),
    of({ CLAUDE_CODE_OAUTH_TOKEN: 'one' }),
    of({ ANTHROPIC_API_KEY: 'one', ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' }),
    of({ ANTHROPIC_API_KEY: 'one' }, 'another installation'),
    of({ HOME: '/home/one' }),
    of({ HOME: '/home/two' }),
    of({ HOME: '/home/one', CLAUDE_CODE_USE_BEDROCK: '1' }),
  ];
  expect(new Set(all).size).toBe(all.length);
});

it('is that of the key where there is a token too, as the agent uses it', () => {
  expect(of({ ANTHROPIC_API_KEY: 'one', CLAUDE_CODE_OAUTH_TOKEN: 'x' })).toBe(
    of({ ANTHROPIC_API_KEY: 'one' }),
  );
});
