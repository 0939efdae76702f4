import { waitFor } from '@cc-executor/testkit';
import { describe, expect, it } from 'vitest';
import { Recent } from '../src/recent.ts';

describe('a recent answer', () => {
  it('is asked for once by many, given while it is young, and asked for anew later', async () => {
    let asked = 0;
    const recent = new Recent(async () => (asked += 1), 200);
    expect(await Promise.all([recent.get(), recent.get(), recent.get()])).toEqual([1, 1, 1]);
    expect(await recent.get()).toBe(1);
    const began = performance.now();
    await waitFor(async () => (await recent.get()) === 2);
    expect(performance.now() - began).toBeGreaterThan(90);
  });

  it('is not kept when it is ruled out', async () => {
    let asked = 0;
    const recent = new Recent(
      async () => (asked += 1),
      10_000,
      (answer) => answer > 1,
    );
    expect([await recent.get(), await recent.get(), await recent.get()]).toEqual([1, 2, 2]);
  });

  it('is not kept when asking failed', async () => {
    let asked = 0;
    const recent = new Recent(async () => {
      asked += 1;
      if (asked === 1) throw new Error('not now');
      return asked;
    }, 10_000);
    await expect(recent.get()).rejects.toThrow('not now');
    expect(await recent.get()).toBe(2);
  });
});
