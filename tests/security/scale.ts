/** How many inputs: 1 is the short form, which `npm test` runs; `npm run security` takes 24. */
const FACTOR = Number(process.env['CC_SECURITY_FACTOR'] ?? '1');

/** The same seed gives the same inputs. */
export const SEED = Number(process.env['CC_SECURITY_SEED'] ?? '1');

if (!(FACTOR > 0) || !Number.isSafeInteger(SEED))
  throw new Error('CC_SECURITY_FACTOR must be a number above 0, and CC_SECURITY_SEED a whole number.');

/** Returns a twenty-fourth of `full` times the factor, at least 1. */
export function scaled(full: number): number {
  return Math.max(1, Math.round((full / 24) * FACTOR));
}
