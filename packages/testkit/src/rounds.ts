/**
 * Returns how often a test repeats: `short` where many tests share a machine, `nightly` in the nightly run, which sets
 * CC_TEST_NIGHTLY to 1.
 */
export function rounds({ short, nightly }: { short: number; nightly: number }): number {
  return process.env['CC_TEST_NIGHTLY'] === '1' ? nightly : short;
}
