import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Appetite } from '../../src/claude/appetite.ts';

const settled = async (promise: Promise<void> | undefined) => {
  let done = promise === undefined;
  void promise?.then(() => (done = true));
  await turn();
  await turn();
  return done;
};

it('lets a writer on only when the reader has nothing left', async () => {
  const appetite = new Appetite();
  expect(appetite.wait()).toBeUndefined();
  await appetite.next(() => Promise.resolve('first'));
  const waiting = appetite.wait();
  expect(await settled(waiting)).toBe(false);

  // What is queued already comes at once: the writer waits on.
  await appetite.next(() => Promise.resolve('second'));
  expect(appetite.wait()).toBe(waiting);
  expect(await settled(waiting)).toBe(false);

  const third = Promise.withResolvers<string>();
  const asking = appetite.next(() => third.promise);
  expect(await settled(waiting)).toBe(true);
  third.resolve('third');
  expect(await asking).toBe('third');
  expect(await settled(appetite.wait())).toBe(false);

  appetite.sated();
  expect(appetite.wait()).toBeUndefined();
});
