import { LIMITS } from './limits.ts';

const [QUOTE, ESCAPE, LIST, OBJECT] = ['"', '\\', '[', '{'].map((sign) => sign.charCodeAt(0));

/**
 * Returns whether a JSON text, as UTF-8, has more lists and objects than any message needs. Ten megabytes of text are
 * fast to parse; as many brackets take a second, and a hundred times their memory.
 */
export function hasTooManyOpenings(json: Uint8Array): boolean {
  // Fewer bytes cannot contain as many.
  if (json.length <= LIMITS.openings) return false;
  let openings = 0;
  let inText = false;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) inText = !inText;
    else if (inText && byte === ESCAPE) index += 1;
    else if (!inText && (byte === LIST || byte === OBJECT)) {
      openings += 1;
      if (openings > LIMITS.openings) return true;
    }
  }
  return false;
}
