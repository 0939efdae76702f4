import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BoundedThread, BoundExceeded } from '../../src/threads/index.ts';
import type { Fixture } from './fixtures/takes-too-much.ts';

const PROGRAM = join(import.meta.dirname, 'fixtures/takes-too-much.ts');
const threadWith = (deadlineMs: number) => new BoundedThread<Fixture>(PROGRAM, { deadlineMs, memoryMb: 64 });
const LONG_MS = 120_000;

it('gives what its functions return and throw', async () => {
  const thread = threadWith(LONG_MS);
  expect(await Promise.all([1, 2, 3].map((value) => thread.call('double', value)))).toEqual([2, 4, 6]);
  await expect(thread.call('fail', 'no')).rejects.toThrow(/^no$/);
  expect(await thread.call('environment', undefined)).toEqual([]);
});

it('ends a call that takes too long, rejects it, and continues with the next one; others run meanwhile', async () => {
  const thread = threadWith(3000);
  let turns = 0;
  const others = setInterval(() => (turns += 1), 1);
  const slow = thread.call('matchForEver', `${'a'.repeat(60)}!`);
  const next = thread.call('double', 4);
  await expect(slow).rejects.toThrow(new BoundExceeded('it took more than 3 seconds'));
  clearInterval(others);
  expect(turns).toBeGreaterThan(100);
  expect(await next).toBe(8);
});

it('ends a call that takes too much memory, and continues with the next one', async () => {
  const thread = threadWith(LONG_MS);
  const large = thread.call('fillMemory', undefined);
  const next = thread.call('double', 5);
  await expect(large).rejects.toThrow(new BoundExceeded('it needed more than 64 MB of memory'));
  expect(await next).toBe(10);
});

it('rejects the call where the thread ends, or where an argument cannot be sent', async () => {
  const thread = threadWith(LONG_MS);
  await expect(thread.call('exit', undefined)).rejects.toThrow('its thread has ended');
  await expect(thread.call('double', (() => 1) as never)).rejects.toThrow(/could not be cloned/);
  expect(await thread.call('double', 6)).toBe(12);
});
