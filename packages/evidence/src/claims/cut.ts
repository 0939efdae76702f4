const CHARACTERS = 300;

/** Returns the start of a long text. */
export function cut(text: string): string {
  return text.length > CHARACTERS ? `${text.slice(0, CHARACTERS - 1)}…` : text;
}
