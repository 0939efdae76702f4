/** Milliseconds. */
export interface Figures {
  median: number;
  p95: number;
  p99: number;
  most: number;
}

/** Returns the figures of some times; null: none. Each figure is one of them (nearest rank). */
export function figuresOf(times: readonly number[]): Figures | null {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round((sorted[Math.ceil(part * sorted.length) - 1] ?? 0) * 10) / 10;
  return sorted.length === 0 ? null : { median: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) };
}
