import { oneLine } from './print.ts';

/** The minimum length of a short id, in characters. */
const SHORT_ID = 8;

/** The beginning of an id that nobody has chosen, as `cc-executor status` takes it; another one whole. */
export function shortId(id: string): string {
  return /^[\da-f]{8}-[\da-f]{4}-/.test(id) ? id.slice(0, SHORT_ID) : oneLine(id);
}
