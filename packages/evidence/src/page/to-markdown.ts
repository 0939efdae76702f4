import { harmless, withPlainBreaks, type Block } from './block.ts';

/** Renders blocks as Markdown: nothing in their text is markup. */
export function toMarkdown(blocks: readonly Block[]): string {
  return `${linesOf(blocks).join('\n\n')}\n`;
}

function linesOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => {
    if ('part' in block) return linesOf(block.part);
    if ('fold' in block) return [inline(`${block.fold}:`), ...linesOf(block.blocks)];
    return 'filter' in block ? [] : [ofBlock(block)];
  });
}

function ofBlock(block: Exclude<Block, { part: unknown } | { fold: unknown } | { filter: unknown }>): string {
  if ('heading' in block) return `${'#'.repeat(block.level)} ${inHeading(block.heading)}`;
  if ('text' in block) return inline(block.text);
  if ('list' in block) {
    const signOf = (index: number) => (block.isNumbered === true ? `${String(index + 1)}.` : '-');
    return block.list
      .map((item, index) => `${signOf(index)} ${inline(typeof item === 'string' ? item : item.text)}`)
      .join('\n');
  }
  if ('verbatim' in block)
    return fenced(withPlainBreaks(block.verbatim), block.isDiff === true ? 'diff' : 'text');
  const row = (cells: readonly string[]) => `| ${cells.map(inside).join(' | ')} |`;
  return [row(block.head), `|${' --- |'.repeat(block.head.length)}`, ...block.rows.map(row)].join('\n');
}

/** One line that stands for itself at the start of a line: it begins no heading, list, quote or underline. */
function inline(text: string): string {
  return inHeading(text)
    .replace(/^[-+=#>]/, '\\$&')
    .replace(/^(\d+)(?=[.)](?: |$))/, '$1\\');
}

/** One line after the sign of a heading: signs at its end would be left out. */
function inHeading(text: string): string {
  return inside(text).replace(/(?<= |^)#+$/, (marks) => marks.replaceAll('#', '\\#'));
}

/** One line in which every character that could be markup stands for itself, and no other is escaped. */
function inside(text: string): string {
  return (
    harmless(text)
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      // Brackets in front make an address of what is in parentheses.
      .replace(text.includes('](') ? /[\\`*[\]|~()]/g : /[\\`*[\]|~]/g, '\\$&')
      // Between letters or digits it is never markup (CommonMark, "can open emphasis").
      .replace(/_+/g, (marks, at: number, all: string) =>
        isWithinWord(all, at, marks.length) ? marks : marks.replaceAll('_', '\\_'),
      )
      // Nothing becomes a link or a mention.
      .replace(/:(?=\/\/)|@|(?<=www)\./gi, '$&\u200b')
  );
}

/** Returns whether there is a letter or a digit on both sides. */
function isWithinWord(text: string, at: number, length: number): boolean {
  // Two units each: a letter may be a pair of them.
  const [before, after] = [text.slice(Math.max(0, at - 2), at), text.slice(at + length, at + length + 2)];
  return /[\p{L}\p{N}]$/u.test(before) && /^[\p{L}\p{N}]/u.test(after);
}

/** Returns a fence that is longer than any in the text. */
function fenced(text: string, language: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${harmless(text)}\n${fence}`;
}
