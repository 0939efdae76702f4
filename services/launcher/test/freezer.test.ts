import { afterEach, describe, expect, it } from 'vitest';
import { Freezer } from '../src/boxes/freezer.ts';

const freezers: Freezer[] = [];
afterEach(() => {
  for (const freezer of freezers.splice(0)) freezer.stop();
});

/** A freezer of an engine that answers some calls with an error; `does`: it carries them out all the same. */
function freezerWith(failing: readonly number[], { does }: { does: boolean }) {
  const engine = { isFrozen: false, calls: 0 };
  const freezer = new Freezer(async (frozen) => {
    engine.calls += 1;
    const fails = failing.includes(engine.calls);
    if (!fails || does) engine.isFrozen = frozen;
    return await Promise.resolve(!fails);
  });
  freezers.push(freezer);
  return { freezer, engine };
}

describe('a container', () => {
  it('is resumed although the engine froze it later than it answered', async () => {
    const { freezer, engine } = freezerWith([1], { does: true });
    expect(await freezer.set({ held: true })).toBe(false);
    expect(await freezer.set({ held: false })).toBe(true);
    expect(engine.isFrozen).toBe(false);
  });

  it('is resumed at last although the engine failed to', async () => {
    const { freezer, engine } = freezerWith([2, 3], { does: false });
    expect(await freezer.set({ paused: true })).toBe(true);
    expect(await freezer.set({ paused: false })).toBe(false);
    expect(engine.isFrozen).toBe(true);
    // Nobody asks again.
    await expect.poll(() => engine.isFrozen).toBe(false);
    expect(engine.calls).toBe(4);
  });

  it('stays frozen as long as there is a reason', async () => {
    const { freezer, engine } = freezerWith([], { does: true });
    await freezer.set({ paused: true });
    await freezer.set({ held: true });
    await freezer.set({ held: false });
    expect(engine).toEqual({ isFrozen: true, calls: 1 });
    await freezer.set({ paused: false });
    expect(engine).toEqual({ isFrozen: false, calls: 2 });
  });

  it('that is over is left alone', async () => {
    const { freezer, engine } = freezerWith([1], { does: false });
    expect(await freezer.set({ paused: true })).toBe(false);
    freezer.stop();
    expect(await freezer.set({ paused: true })).toBe(false);
    expect(engine.calls).toBe(1);
  });
});
