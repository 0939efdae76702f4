import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Recent } from '../src/recent.ts';

describe('a recent answer', () => {
  it('is requested once for many, served while it is fresh, and requested again later', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    let asked = 0;
    const recent = new Recent(async () => (asked += 1), 200);
    expect(await Promise.all([recent.get(), recent.get(), recent.get()])).toEqual([1, 1, 1]);
    expect(await recent.get()).toBe(1);
    vi.advanceTimersByTime(99);
    expect([await recent.get(), asked]).toEqual([1, 1]);
    // In the second half of its time it is given all the same, while the next one is fetched.
    vi.advanceTimersByTime(2);
    expect([await recent.get(), asked]).toEqual([1, 2]);
    expect(await recent.get()).toBe(2);
    vi.advanceTimersByTime(201);
    expect([await recent.get(), asked]).toEqual([3, 3]);
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
