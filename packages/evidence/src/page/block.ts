/** A part of a page for people. Its text may be anybody's: whoever writes it out escapes it. */
export type Block =
  | { heading: string; level: 1 | 2 | 3 }
  | { text: string }
  | { list: readonly string[] }
  | { head: readonly string[]; rows: readonly (readonly string[])[] }
  /** As it is, with its lines. */
  | { verbatim: string };

/** Text that can't move a cursor, or turn the direction of what follows it. Line ends and tabs stay. */
export function harmless(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\n\t]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD');
}
