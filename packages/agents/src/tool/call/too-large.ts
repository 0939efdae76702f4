/** A message of a server that is larger than allowed. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';
}

/** Returns whether an error is, or comes from, a message that is too large. */
export function isTooLarge(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The library keeps the name alone of what ended a stream of events.
  return error instanceof TooLargeError || /\bTooLargeError\b/.test(error.message) || isTooLarge(error.cause);
}
