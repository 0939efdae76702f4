/** A run of a made-up history, with what an oracle would have said of it. */
export interface PastRun {
  kind: 'prompt' | 'command';
  text: string;
  agent: string;
  load: number;
  /** What it takes if it is left alone; null: it never ends. */
  seconds: number | null;
  outcome: 'completed' | 'failed' | 'hung';
  /** Which kind it truly is, and the kind's true median and 90th percentile at that time and load, in seconds. */
  truth: { kind: string; median: number; p90: number };
}

/** Random numbers that are the same for the same seed (mulberry32). */
export function randomOf(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    gauss: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T,
  };
}

export type Random = ReturnType<typeof randomOf>;
