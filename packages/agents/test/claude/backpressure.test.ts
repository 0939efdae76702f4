import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Backpressure } from '../../src/claude/backpressure.ts';

const settled = async (promise: Promise<void> | undefined) => {
  let done = promise === undefined;
  void promise?.then(() => (done = true));
  await turn();
  await turn();
  return done;
};

it('lets a writer on only when the reader has nothing left', async () => {
  const backpressure = new Backpressure();
  expect(backpressure.wait()).toBeUndefined();
  await backpressure.next(() => Promise.resolve('first'));
  const waiting = backpressure.wait();
  expect(await settled(waiting)).toBe(false);

  // What is queued already comes at once: the writer waits on.
  await backpressure.next(() => Promise.resolve('second'));
  expect(backpressure.wait()).toBe(waiting);
  expect(await settled(waiting)).toBe(false);

  const third = Promise.withResolvers<string>();
  const asking = backpressure.next(() => third.promise);
  expect(await settled(waiting)).toBe(true);
  third.resolve('third');
  expect(await asking).toBe('third');
  expect(await settled(backpressure.wait())).toBe(false);

  backpressure.release();
  expect(backpressure.wait()).toBeUndefined();
});
