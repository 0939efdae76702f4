/** A part of a page for people. Its text is untrusted: the renderer escapes it. */
export type Block =
  /** `id`: what links of the page lead to. */
  | { heading: string; level: 1 | 2 | 3; id?: string }
  | { text: string }
  | { list: readonly (string | Item)[]; isNumbered?: boolean }
  | { head: readonly string[]; rows: readonly (readonly string[])[] }
  /** Text with its line breaks. `isDiff`: its lines begin as those of a patch. */
  | { verbatim: string; isDiff?: boolean }
  /** The content that is collapsed below a line, if the format supports that. */
  | { fold: string; blocks: readonly Block[]; isOpen?: boolean }
  /** Blocks that belong together, and what the filter of the page knows of them. */
  | { part: readonly Block[]; marks?: readonly Mark[] }
  /** A choice of the marked parts to show, where the form can hide. */
  | { filter: readonly { label: string; mark: Mark }[] };

/** A line of a list. */
export interface Item {
  text: string;
  /** The id of the heading that it leads to. */
  to?: string;
  marks?: readonly Mark[];
}

/** The marks by which a report can be filtered. */
export type Mark = 'failed' | 'warned' | 'changed';

/** Returns the text of a verbatim block with line breaks of one kind; what `harmless` replaces is still in it. */
export function withPlainBreaks(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** Returns text without characters that move the cursor or change the text direction. Line breaks and tabs stay. */
export function harmless(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\n\t]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD');
}
