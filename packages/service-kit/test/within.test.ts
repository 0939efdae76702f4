import { getActiveResourcesInfo } from 'node:process';
import { expect, it } from 'vitest';
import { within } from '../src/within.ts';

const NEVER = Promise.withResolvers<string>().promise;
const timers = () => getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

it('resolves or rejects as the promise does, and leaves no timer', async () => {
  const before = timers();
  expect(await within(Promise.resolve('in time'), 600_000, null)).toBe('in time');
  await expect(within(Promise.reject(new Error('in time')), 600_000, null)).rejects.toThrow('in time');
  expect(timers()).toBe(before);
});

it('resolves with the other value when the time is over', async () => {
  expect(await within(NEVER, 1, 'late')).toBe('late');
});
