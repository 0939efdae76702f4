/** How long a submission without a server is retried, in seconds: somebody waits. */
export const REPEAT_SECONDS = 0.5;

/** Returns an idempotency key that nobody has used. Not crypto.randomUUID: browsers have it only on https pages. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
