import { setTimeout as delay } from 'node:timers/promises';

/** Long enough for anything on a machine that is busy with much else: it is there to end what hangs. */
const SECONDS = 60;

/** Asks `probe` again and again until it gives something truthy, and returns that; throws after `seconds`. */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  { seconds = SECONDS, what = 'it to happen' } = {},
): Promise<Exclude<T, undefined | null | false | '' | 0>> {
  const deadline = performance.now() + seconds * 1000;
  for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
    const value = await probe();
    if (value) return value as Exclude<T, undefined | null | false | '' | 0>;
    if (performance.now() > deadline)
      throw new Error(`Waited ${String(seconds)} s for ${what}; it never happened.`);
    await delay(wait);
  }
}
