import * as fc from 'fast-check';
import { SEED } from './scale.ts';

/** So many inputs are made at a time: making them stops the clock of the answers under way. */
const CHUNK = 50;
const TENTHS = 10;

interface Run<T> {
  inputs: fc.Arbitrary<T>;
  count: number;
  /** How many are under way at a time. */
  lanes: number;
  /** Called once, after a tenth: caches and compiled code are there by then. */
  warm: () => Promise<void>;
  one: (input: T, lane: number) => Promise<void>;
}

/** Makes inputs by the seed and handles each; every run with the same seed has the same ones. */
export async function inParallel<T>({ inputs, count, lanes, warm, one }: Run<T>): Promise<void> {
  for (let done = 0, isWarm = false; done < count;) {
    const size = Math.min(CHUNK, count - done);
    const queue = fc.sample(inputs, { numRuns: size, seed: SEED * 1_000_003 + done });
    await Promise.all(
      Array.from({ length: lanes }, async (_, lane) => {
        for (let input = queue.pop(); input !== undefined; input = queue.pop()) await one(input, lane);
      }),
    );
    done += size;
    if (!isWarm && done >= count / TENTHS) {
      isWarm = true;
      await warm();
    }
  }
}
