import type { Block } from '../markdown-blocks.ts';
import type { Label } from '../task-labels.ts';

/** Where a task begins in Markdown, found before it is known where it ends. Lines from 0. */
export interface Start {
  /** Its number as it is written. */
  number: string;
  name: string | null;
  /** Its beginning. */
  line: number;
  /** The first line of its body. */
  from: number;
  /** The part of its text on that line; null: it can't have one. */
  first: string | null;
  /** Columns that its lines are indented by. */
  indent: number;
  /** How it is written. */
  label: Label;
}

/** Markdown's lines and what they are. */
export interface Document {
  lines: readonly string[];
  blocks: readonly Block[];
  /** Of each line, in what kind of block it is that hides it; empty: in none. */
  hidden: readonly ('' | 'fence' | 'code' | 'comment')[];
}

/** A group of tasks: its heading, and the line after its last one. */
export interface Group {
  heading: Block;
  /** The text after "Parallel:"; null: there is none. */
  name: string | null;
  end: number;
}

/** As many as the deepest heading has. */
export const HEADING_MARKS = '######';

/** A place at the beginning of a line that is counted from 0. */
export function at(line: number): { line: number; column: number } {
  return { line: line + 1, column: 1 };
}

/** Returns of each line in what kind of block it is that hides it. */
export function hiddenLines(lines: readonly string[], blocks: readonly Block[]): Document['hidden'] {
  const hidden: ('' | 'fence' | 'code' | 'comment')[] = lines.map(() => '');
  for (const { kind, line, end } of blocks) {
    if (kind !== 'fence' && kind !== 'code' && kind !== 'html') continue;
    const isComment = kind === 'html' && /^ {0,3}<!--/.test(lines[line] ?? '');
    if (kind === 'html' && !isComment) continue;
    hidden.fill(kind === 'html' ? 'comment' : kind, line, end);
  }
  return hidden;
}
