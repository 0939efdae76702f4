/** One task as Markdown has it; lines from 1. */
export interface Section {
  number: number;
  name: string | null;
  /** Where its heading is. */
  line: number;
  body: string;
  bodyLine: number;
}

export interface Sections {
  frontMatter: { text: string; line: number } | null;
  sections: Section[];
}

const HEADING = /^## +Task +(\d+)(?: *:(.*)| *)$/i;
const LINE = /^Task +(\d+):(.*)$/i;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Splits Markdown into its front matter and its tasks; what is inside of fences is no heading. */
export function splitMarkdown(text: string): Sections {
  const lines = text.split(/\r?\n/);
  const frontEnd = lines[0] === '---' ? lines.indexOf('---', 1) : -1;
  const frontMatter = frontEnd === -1 ? null : { text: lines.slice(1, frontEnd).join('\n'), line: 2 };
  const open = outsideFences(lines, frontEnd + 1);
  const headings = open.filter((index) => HEADING.test(lines[index] ?? ''));
  const isHeaded = headings.length > 0;
  const starts = isHeaded ? headings : open.filter((index) => LINE.test(lines[index] ?? ''));
  const sections = starts.map((start, index) => {
    const below = lines.slice(start + 1, starts[index + 1] ?? lines.length);
    return isHeaded ? headed(lines[start] ?? '', start, below) : lined(lines[start] ?? '', start, below);
  });
  return { frontMatter, sections };
}

function headed(heading: string, index: number, below: readonly string[]): Section {
  const [, number = '0', rest = ''] = HEADING.exec(heading) ?? [];
  const name = rest.trim();
  const blank = below.findIndex((line) => line.trim() !== '');
  return {
    number: Number(number),
    name: name === '' ? null : name,
    line: index + 1,
    body: withoutBlankEnds(below),
    bodyLine: index + 2 + Math.max(blank, 0),
  };
}

function lined(first: string, index: number, below: readonly string[]): Section {
  const [, number = '0', rest = ''] = LINE.exec(first) ?? [];
  return {
    number: Number(number),
    name: null,
    line: index + 1,
    body: withoutBlankEnds([rest.trimStart(), ...below]),
    bodyLine: index + 1,
  };
}

/** Returns lines as text, without the blank ones around it; what is inside stays as it is. */
export function withoutBlankEnds(lines: readonly string[]): string {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first === -1 ? '' : lines.slice(first, last + 1).join('\n');
}

function outsideFences(lines: readonly string[], from: number): number[] {
  let fence: string | null = null;
  const outside: number[] = [];
  for (let index = from; index < lines.length; index += 1) {
    const [, mark] = FENCE.exec(lines[index] ?? '') ?? [];
    if (fence === null && mark === undefined) outside.push(index);
    else if (fence === null) fence = mark ?? null;
    else if (mark?.startsWith(fence) === true && (lines[index] ?? '').trim() === mark) fence = null;
  }
  return outside;
}
