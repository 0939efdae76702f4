import { expect, test } from 'vitest';
import { createLogger } from '../src/index.ts';
import { secretsIn } from '../src/lifecycle/default-logger.ts';

function lines(secrets: string[] = []) {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  return { written, logger: createLogger({ name: 'probe', level: 'info', secrets, destination }) };
}

test('a line is JSON with ISO time, the level as a word, the service and the message', () => {
  const { logger, written } = lines();
  logger.warn({ n: 1 }, 'hello');
  logger.debug('below the level');
  expect(written).toHaveLength(1);
  expect(JSON.parse(written.join(''))).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    service: 'probe',
    pid: process.pid,
    n: 1,
    msg: 'hello',
  });
});

test('authorization headers, keys in use and tokens of the vendor never appear', () => {
  const { logger, written } = lines(['key-in-use']);
  logger.info({
    headers: { authorization: 'Bearer abc', cookie: 'c=abc' },
    req: { headers: { authorization: 'abc' } },
  });
  logger.error({ err: new Error('refused key-in-use and sk-ant-api03-abcdefgh') }, 'key-in-use');
  const text = written.join('');
  expect(text).not.toMatch(/abc|key-in-use|sk-ant/);
  expect(text.match(/\[hidden\]/g)?.length).toBeGreaterThanOrEqual(6);
});

test('keys and tokens of every agent, of the API and of Redis are among the texts that are hidden', () => {
  const env = {
    ANTHROPIC_API_KEY: 'of-anthropic',
    ANTHROPIC_AUTH_TOKEN: 'of-a-gateway',
    CLAUDE_CODE_OAUTH_TOKEN: 'of-claude',
    OPENAI_API_KEY: 'of-openai',
    CODEX_API_KEY: 'of-codex',
    ANY_VENDOR_API_KEY: 'of-another-model',
    CC_EXECUTOR_API_KEY: 'of-one-user, of-another',
    REDIS_URL: 'redis://services:of%20redis@localhost',
  };
  const others = { PATH: '/usr/bin', CC_EXECUTOR_KEYLESS: 'true', CC_EXECUTOR_KEYS_DIR: '/keys' };
  const { written, logger } = lines(secretsIn({ ...env, ...others }));
  for (const value of Object.values(env)) logger.info({ path: others.PATH }, value);
  expect(written.join('')).not.toMatch(/of[-%]/);
  expect(written.join('')).toContain(others.PATH);
});
