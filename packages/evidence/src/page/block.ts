/** A part of a page for people. Its text is untrusted: the renderer escapes it. */
export type Block =
  | { heading: string; level: 1 | 2 | 3 }
  | { text: string }
  | { list: readonly string[] }
  | { head: readonly string[]; rows: readonly (readonly string[])[] }
  /** Text with its line breaks. */
  | { verbatim: string }
  /** The same, folded away behind a line. `language`: how Markdown colours it. */
  | { folded: string; verbatim: string; language: 'diff' | 'text' };

/** Returns text without characters that move the cursor or change the text direction. Line breaks and tabs stay. */
export function harmless(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\n\t]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD');
}
