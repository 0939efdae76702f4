/** The median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The value below which a part of the numbers lies, 0 to 1. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** `3.21 ms [2.90 to 4.10]`: median and range of some milliseconds. */
export function milliseconds(values: readonly number[]): string {
  const figure = (value: number) => value.toFixed(2);
  return `${figure(median(values))} ms [${figure(Math.min(...values))} to ${figure(Math.max(...values))}]`;
}

/** Prints a table: what, its figure. */
export function print(title: string, rows: readonly (readonly [string, string])[]): void {
  const width = Math.max(...rows.map(([what]) => what.length));
  console.log(`\n${title}`);
  for (const [what, figure] of rows) console.log(`  ${what.padEnd(width)}  ${figure}`);
}
