import { expect, test } from 'vitest';
import { probeApp } from './app.ts';

test('wrong keys are answered the more slowly the more there were; a valid one and none at all are not', async () => {
  const { app } = probeApp({ CC_EXECUTOR_API_KEY: 'the-key' });
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/items/7`;
  const timed = async (headers: Record<string, string>) => {
    const began = performance.now();
    const { status: statusCode } = await fetch(url, { headers });
    return { statusCode, ms: performance.now() - began };
  };
  const wrong = { authorization: 'Bearer wrong-key' };
  await Promise.all(Array.from({ length: 20 }, () => timed(wrong)));
  expect((await timed(wrong)).ms).toBeGreaterThan(1900);
  const guesses = Promise.all(Array.from({ length: 20 }, () => timed(wrong)));
  for (const [headers, expected] of [
    [{ authorization: 'Bearer the-key' }, 200],
    [{}, 401],
  ] as const) {
    const { statusCode, ms } = await timed(headers);
    expect(statusCode).toBe(expected);
    expect(ms).toBeLessThan(1000);
  }
  await guesses;
  await app.close();
});
