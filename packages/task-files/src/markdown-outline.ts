import { LIMITS } from '@cc-executor/contracts';
import { blocksOf, type Block } from './markdown-blocks.ts';
import { at, hiddenLines, HEADING_MARKS, type Document, type Start } from './outline/document.ts';
import { endersIn } from './outline/ends.ts';
import { numbering, overlooked, swallowed, unused } from './outline/lint.ts';
import { startsIn } from './outline/starts.ts';
import type { FileFault } from './source.ts';

/** One task as Markdown has it. Lines from 0. */
export interface Section extends Omit<Start, 'label'> {
  /** The line after its body. */
  end: number;
  /** Whether it is a step of a numbered plan. */
  isPlan: boolean;
  /** The text in parentheses after its number; null: none. */
  mode: string | null;
  /** The line of the heading of its group; null: it is in none. */
  group: number | null;
}

export interface Outline {
  /** The heading of the whole file, before its first task; null: it has none. */
  title: string | null;
  sections: Section[];
  /** The names of groups, by the lines of their headings. */
  groupNames: ReadonlyMap<number, string>;
  /** The first of the fences before the first task. */
  before: Block[];
  faults: FileFault[];
  /** Notes about text that is ignored or interpreted in an unexpected way. */
  notes: FileFault[];
}

/** Finds the tasks of Markdown's lines from `from` on, and what looks like one but is none. */
export function outlineOf(lines: readonly string[], from: number): Outline {
  const body = lines.map((line, index) => (index < from ? '' : line));
  const blocks = blocksOf(body);
  const document = { lines: body, blocks, hidden: hiddenLines(body, blocks) };
  const { starts, level, how, groups } = startsIn(document);
  const faults: FileFault[] = [];
  const notes: FileFault[] = [];
  if (how !== null && starts[0] !== undefined)
    notes.push({ ...at(starts[0].line), message: `${how}: each is a task, in their order` });
  const enders = endersIn(document, starts, level, notes, groups);
  for (const { heading, end } of groups)
    if (!starts.some(({ line }) => line > heading.line && line < end))
      faults.push({
        ...at(heading.line),
        message: `is a group without a task: its tasks begin with "${HEADING_MARKS.slice(0, heading.level + 1)} Task 1: its name"`,
      });
  const sections = starts.map(({ label, ...start }, index) => ({
    ...start,
    isPlan: how !== null,
    mode: label.mode,
    end: Math.min(starts[index + 1]?.line ?? body.length, enders.get(index) ?? body.length),
    group:
      groups.find(({ heading, end }) => heading.line < start.line && start.line < end)?.heading.line ?? null,
  }));
  for (const found of [numbering(starts, notes), overlooked(document, starts, level, notes)])
    for (const fault of found) faults.push(fault);
  if (starts.length > 0) unused(document, from, starts[0]?.line ?? 0, notes);
  for (const fault of swallowed(document)) faults.push(fault);
  const before = blocks.filter(
    ({ kind, inside, line }) => kind === 'fence' && inside === null && line < (starts[0]?.line ?? 0),
  );
  const groupNames = new Map(
    groups.flatMap(({ heading, name }) => (name === null ? [] : [[heading.line, name] as const])),
  );
  return { title: titleOf(document, starts), sections, groupNames, before, faults, notes };
}

/** Returns the heading of the first level before the first task, as far as a title goes. */
function titleOf({ blocks }: Document, [first]: readonly Start[]): string | null {
  const isTitle = ({ kind, level, line, inside, text }: Block) =>
    kind === 'heading' && level === 1 && inside === null && text.trim() !== '' && line < (first?.line ?? 0);
  const text = blocks.find(isTitle)?.text.replaceAll(/\s+/g, ' ').trim();
  return text === undefined ? null : text.slice(0, LIMITS.nameCharacters).trimEnd().toWellFormed();
}
