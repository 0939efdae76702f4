import { Health } from '@cc-executor/contracts';
import { expect, test } from 'vitest';
import { readHealth, type HealthCheck } from '../src/index.ts';

const fine: HealthCheck = { critical: true, run: async () => 'answers' };
const broken = (critical: boolean): HealthCheck => ({
  critical,
  run: () => Promise.reject(new Error('no connection')),
});

test.each([
  ['healthy', { redis: fine }],
  ['healthy', {}],
  ['degraded', { redis: fine, workers: broken(false) }],
  ['unhealthy', { redis: broken(true), workers: broken(false), queue: fine }],
])('it is %s with %o', async (status, checks) => {
  const health = await readHealth({ service: 'api', version: '1', checks });
  expect(Health.parse(health)).toMatchObject({ status, service: 'api', version: '1' });
  expect(Object.keys(health.checks)).toEqual(Object.keys(checks));
});

test('a check that does not answer has failed after a second, and is asked to give up', async () => {
  let givenUp = false;
  const hangs: HealthCheck = {
    critical: true,
    run: (signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => (givenUp = true));
      }),
  };
  const health = await readHealth({ service: 'api', version: '1', checks: { hangs } });
  expect(health.checks['hangs']).toEqual({ status: 'failed', message: 'no answer within 1 s' });
  expect(givenUp).toBe(true);
});
