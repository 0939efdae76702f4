import { backoff } from '@cc-executor/contracts/backoff';
import { setTimeout as delay } from 'node:timers/promises';

/** Long enough for a busy machine: it only ends what hangs. */
const SECONDS = 60;
/** The waits between two calls of a probe, in milliseconds. */
const WAITS = { first: 1, longest: 50 };

/** Calls `probe` repeatedly until it returns something truthy, and returns that. Throws after `seconds`. */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  { seconds = SECONDS, what = 'it to happen' } = {},
): Promise<Exclude<T, undefined | null | false | '' | 0>> {
  const deadline = performance.now() + seconds * 1000;
  for (let probes = 1; ; probes += 1) {
    const value = await probe();
    if (value) return value as Exclude<T, undefined | null | false | '' | 0>;
    if (performance.now() > deadline)
      throw new Error(`Waited ${String(seconds)} s for ${what}; it never happened.`);
    await delay(backoff(probes, WAITS));
  }
}
