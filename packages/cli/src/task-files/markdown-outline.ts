import { LIMITS, MOST_FAULTS } from '@cc-executor/contracts';
import { blocksOf, isClosed, type Block } from './markdown-blocks.ts';
import { hasNoNumber, labelOf, numberedOf, type Label } from './task-labels.ts';
import type { FileFault } from './task-file-error.ts';

/** One task as Markdown has it. Lines from 0. */
export interface Section {
  /** Its number as it is written. */
  number: string;
  name: string | null;
  /** Where it begins. */
  line: number;
  /** The first line of its body. */
  from: number;
  /** What of its text stands on that line; null: nothing can. */
  first: string | null;
  /** The line after its body. */
  end: number;
  /** Whether it is a step of a numbered plan. */
  isPlan: boolean;
  /** What stands in parentheses behind its number; null: nothing. */
  mode: string | null;
  /** Columns that its lines are indented by. */
  indent: number;
  /** The line of the heading of its group; null: it is in none. */
  group: number | null;
}

export interface Outline {
  /** The heading of the whole file, before its first task; null: it has none. */
  title: string | null;
  sections: Section[];
  /** The first of the fences before the first task. */
  before: Block[];
  faults: FileFault[];
  /** What is read in a way that its writer may not expect, or not at all. */
  notes: FileFault[];
}

/** Where a task begins, found before it is known where it ends. */
type Start = Omit<Section, 'end' | 'isPlan' | 'mode' | 'group'> & { label: Label };

interface Document {
  lines: readonly string[];
  blocks: readonly Block[];
  /** Of each line, in what kind of block it is that hides it; empty: in none. */
  hidden: readonly ('' | 'fence' | 'code' | 'comment')[];
}

/** Numbered lists among which the plan is looked for. */
const MOST_LISTS = 50;
const HEADING_MARKS = '######';
const PHASE = /^(?:\*\*|__)?(?:phase|stage|etappe|fase)[ \t]+\d/i;
/** What follows the tasks of a list, and is meant for people. */
const EPILOGUE =
  /^(?:notes?|anmerkung(?:en)?|hinweise?|expected|results?|summary|why|how|value|key|lessons?|appendix|references?|history|metrics|success|completion|conclusions?|usage|execution|reports?|next|advanced|patterns?|status|troubleshooting|verification|learnings?|benefits|file structure)\b/i;

/** A heading whose tasks, one level below it, may run at the same time. */
const GROUP = /^(?:\*\*|__)?parallel(?:\*\*|__)?[ \t]*(?::|$)/i;

/** A group of tasks: its heading, and the line after its last one. */
interface Group {
  heading: Block;
  end: number;
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
  return { title: titleOf(document, starts), sections, before, faults, notes };
}

/** Returns the heading of the first level before the first task, as far as a title goes. */
function titleOf({ blocks }: Document, [first]: readonly Start[]): string | null {
  const isTitle = ({ kind, level, line, inside, text }: Block) =>
    kind === 'heading' && level === 1 && inside === null && text.trim() !== '' && line < (first?.line ?? 0);
  const text = blocks.find(isTitle)?.text.replaceAll(/\s+/g, ' ').trim();
  return text === undefined ? null : text.slice(0, LIMITS.nameCharacters).trimEnd().toWellFormed();
}

/** A place at the beginning of a line that is counted from 0. */
export function at(line: number): { line: number; column: number } {
  return { line: line + 1, column: 1 };
}

function startsIn(document: Document): {
  starts: Start[];
  level: number;
  how: string | null;
  groups: readonly Group[];
} {
  const headings = document.blocks.filter(({ kind, inside }) => kind === 'heading' && inside === null);
  const all = headed(headings, (text) => labelOf(text));
  // A line above "---" is a heading, but to a person the next task stands below a rule.
  const isUnderlined = ({ block }: (typeof all)[number]) => !block.mark.startsWith('#');
  const counts = all.every(hasBody);
  const labelled = all.filter((one) => counts || !isUnderlined(one));
  const groups = groupsIn(headings, document.lines.length, labelled);
  const level =
    groups[0]?.heading.level ??
    (labelled.some(({ block }) => block.level === 2) ? 2 : (labelled[0]?.block.level ?? 0));
  const ofLevel = (found: { block: Block; start: Start }[], which: number) =>
    found.filter(({ block }) => block.level === which).map(({ start }) => start);
  const isIn = (line: number) => groups.some(({ heading, end }) => heading.line < line && line < end);
  if (level > 0) {
    const found = labelled.filter(({ block }) => block.level === (isIn(block.line) ? level + 1 : level));
    return { starts: found.map(({ start }) => start), level, how: null, groups };
  }
  const lined = linedStarts(document);
  if (lined.length > 0) return { starts: lined, level: 0, how: null, groups };
  const steps = headed(headings, (text) => labelOf(text, { steps: true }));
  const numbered = steps.length > 0 ? steps : headed(headings, numberedOf);
  const [first] = numbered;
  if (first !== undefined)
    return {
      starts: ofLevel(numbered, first.block.level),
      level: first.block.level,
      how: 'is read as a plan of numbered headings',
      groups,
    };
  return { starts: planStarts(document, headings), level: 0, how: 'is read as a numbered plan', groups };

  function hasBody({ start }: (typeof all)[number], index: number): boolean {
    const next = all[index + 1]?.start.line ?? document.lines.length;
    return document.lines.slice(start.from, next).some((line) => line.trim() !== '');
  }
}

/** Groups end with the next heading that is not below theirs. All are of the level of the first. */
function groupsIn(headings: readonly Block[], end: number, labelled: readonly { block: Block }[]): Group[] {
  if (labelled.length === 0) return [];
  const all = headings.filter(({ text, level }) => level < 6 && GROUP.test(text));
  return all
    .filter(({ level }) => level === all[0]?.level)
    .map((heading) => ({
      heading,
      end: headings.find(({ line, level }) => line > heading.line && level <= heading.level)?.line ?? end,
    }));
}

function headed(headings: readonly Block[], read: (text: string) => Label | null) {
  return headings.flatMap((block) => {
    const label = read(block.text);
    if (label === null) return [];
    const name = label.rest === '' ? null : label.rest;
    const { line, end: from } = block;
    return [{ block, start: { number: label.number, name, line, from, first: null, indent: 0, label } }];
  });
}

/** Lines such as "Task 1: do it", in a file without headings of that kind. */
function linedStarts({ lines, hidden }: Document): Start[] {
  const certain: Start[] = [];
  const likely: Start[] = [];
  for (const [line, text] of lines.entries()) {
    if (hidden[line] !== '' || !/^(?:[-*+] |\d+[.)] |\p{L}|\*\*|__)/u.test(text)) continue;
    const label = labelOf(text.replace(/^(?:[-*+]|\d+[.)])[ \t]+(?:\[[ xX]?\][ \t]+)?/, ''));
    if (label === null || label.separator === '') continue;
    const isItem = !/^[\p{L}*_]/u.test(text) || text.startsWith('* ');
    const isName = /^(?:\*\*|__).*(?:\*\*|__)[ \t]*$/.test(text);
    const start = {
      number: label.number,
      name: isName && label.rest !== '' ? label.rest : null,
      line,
      from: line + 1,
      first: isName ? '' : label.rest,
      indent: isItem ? 2 : 0,
      label,
    };
    (isItem || !/[:：]/.test(label.separator) ? likely : certain).push(start);
  }
  if (certain.length === 0) return likely;
  const known = new Set(certain.map(({ number }) => number));
  const also = likely.filter(({ number, indent }) => indent > 0 && !known.has(number));
  return also.length === 0 ? certain : [...certain, ...also].toSorted((a, b) => a.line - b.line);
}

/** The items of the file's numbered list; of several, those of the first that a heading calls a plan. */
function planStarts({ blocks, lines }: Document, headings: readonly Block[]): Start[] {
  const lists = blocks.filter(({ kind, inside }) => kind === 'ordered' && inside === null);
  const isPlan = (list: Block) =>
    /\b(?:tasks?|plan|steps?|to-?do)\b/i.test(headings.findLast(({ line }) => line < list.line)?.text ?? '');
  const list = lists.length === 1 ? lists[0] : lists.slice(0, MOST_LISTS).find(isPlan);
  if (list === undefined) return [];
  const begin = Number(/\d+/.exec(lines[list.line] ?? '')?.[0] ?? 1);
  const starts: Start[] = [];
  for (const { kind, line } of blocks) {
    if (kind !== 'item' || line < list.line || line >= list.end) continue;
    const [mark] = /^ {0,3}\d{1,9}[.)][ \t]+/.exec(lines[line] ?? '') ?? [''];
    if (mark === '') continue;
    const first = (lines[line] ?? '').slice(mark.length).replace(/^\[ ?\][ \t]+/, '');
    const label = { number: String(begin + starts.length), mode: null, separator: '.', rest: first };
    starts.push({
      number: label.number,
      name: null,
      line,
      from: line + 1,
      first,
      indent: mark.length,
      label,
    });
  }
  return starts;
}

/** Which task each heading ends that belongs to none, by the task's index, and at which line. */
function endersIn(
  { blocks, lines, hidden }: Document,
  starts: readonly Start[],
  level: number,
  notes: FileFault[],
  groups: readonly Group[],
): Map<number, number> {
  const ends = new Map<number, number>();
  const first = starts[0]?.line ?? Infinity;
  const isStart = new Set(starts.map(({ line }) => line));
  const lastIndex = starts.length - 1;
  let index = -1;
  const advance = (line: number) => {
    while (index < lastIndex && (starts[index + 1]?.line ?? Infinity) < line) index += 1;
    return index;
  };
  const end = (line: number, message: string) => {
    const ended = advance(line);
    if (ended >= 0 && !ends.has(ended)) ends.set(ended, line);
    if (message !== '') notes.push({ ...at(line), message });
  };
  for (const { kind, line, level: own, text, inside } of blocks) {
    if (kind !== 'heading' || inside !== null || isStart.has(line)) continue;
    const shown = `"${text.slice(0, 80)}"`;
    const group = groups.find(({ heading, end: last }) => heading.line <= line && line < last);
    if (group?.heading.line === line) {
      end(line, '');
      continue;
    }
    if (PHASE.test(text)) end(line, `${shown} is a phase: its tasks run one after the other, in their order`);
    // What follows the end of a task is in no prompt.
    else if (line < first || labelOf(text) !== null || ends.has(advance(line))) continue;
    else if (level > 0 && own > (group ? level + 1 : level)) continue;
    else if ((level > 2 && own < level) || isEpilogue(line, text))
      end(line, `${shown} and what is below it belong to no task`);
    else
      notes.push({
        ...at(line),
        message: `${shown} is part of the prompt of the task above it; if it is, write it as "${HEADING_MARKS.slice(0, Math.min(level + 1, 6))} ${text.slice(0, 80)}"`,
      });
  }
  if (level === 0)
    for (const [line, text] of lines.entries())
      if (hidden[line] === '' && PHASE.test(text) && text.replaceAll(/[*_\s]/g, '').endsWith(':'))
        end(line, `"${text.slice(0, 80)}" is a phase: its tasks run one after the other, in their order`);
  return ends;

  function isEpilogue(line: number, text: string): boolean {
    if (line < (starts[lastIndex]?.line ?? Infinity)) return false;
    let above = line - 1;
    while (above > 0 && (lines[above] ?? '').trim() === '') above -= 1;
    return (
      EPILOGUE.test(text.replace(/^[^\p{L}]+/u, '')) || /^ {0,3}(?:-[ \t]*){3,}$/.test(lines[above] ?? '')
    );
  }
}

/** The numbers are there for people: they may begin anywhere, and grow. */
function numbering(starts: readonly Start[], notes: FileFault[]): FileFault[] {
  const faults: FileFault[] = [];
  const seen = new Map<string, number>();
  let before: string | null = null;
  for (const { number, line } of starts) {
    const other = seen.get(number);
    if (other !== undefined)
      faults.push({
        ...at(line),
        message: `is Task ${number} again, which begins in line ${String(other + 1)}: give it a number of its own`,
      });
    else if (before !== null && isBelow(number, before))
      faults.push({
        ...at(line),
        message: `is Task ${number}, but comes after Task ${before}: tasks run in the order in which they are written`,
      });
    else if (before !== null && Number(number) > Number(before) + 1)
      notes.push({ ...at(line), message: `is Task ${number}, and comes next after Task ${before}` });
    seen.set(number, other ?? line);
    before = number;
  }
  return faults;
}

const byNumber = new Intl.Collator('en', { numeric: true });

function isBelow(number: string, before: string): boolean {
  if (/^\d/.test(number) !== /^\d/.test(before)) return false;
  return byNumber.compare(number, before) < 0;
}

/** Lines that look like a task and are none: a fault each, or a note where they are quoted. */
function overlooked(
  { lines, hidden, blocks }: Document,
  starts: readonly Start[],
  level: number,
  notes: FileFault[],
): FileFault[] {
  const faults: FileFault[] = [];
  const isStart = new Set(starts.map(({ line }) => line));
  const numbers = new Set(starts.map(({ number }) => number));
  const kinds = new Map(blocks.map((block) => [block.line, block.kind]));
  const marks = HEADING_MARKS.slice(0, level > 0 ? level : 2);
  for (const [line, text] of lines.entries()) {
    if (isStart.has(line) || hidden[line] === 'fence' || faults.length > MOST_FAULTS) continue;
    const [before = ''] = /^[ \t>]*(?:[-*+][ \t]+)?\\?(?:[#＃]*|\*\*|__)/u.exec(text) ?? [];
    const isHeading = /[#＃]/u.test(before) || kinds.get(line) === 'heading';
    if (!isHeading && starts.length === 0) continue;
    const label = labelOf(text.slice(before.length).replace(/[ \t]#+[ \t]*$/, ''));
    const column = /^[ \t]*/.exec(text)?.[0].length ?? 0;
    const place = { line: line + 1, column: column + 1 };
    if (label === null) {
      if (isHeading && hidden[line] === '' && hasNoNumber(text.slice(before.length)))
        faults.push({
          ...place,
          message: `looks like a task, but has no number: write "${marks} Task ${String(starts.length + 1)}: its name"`,
        });
      continue;
    }
    if (numbers.has(label.number)) continue;
    const shown = `Task ${label.number}${label.rest === '' ? '' : `: ${label.rest.slice(0, 60)}`}`;
    if (hidden[line] === 'comment')
      notes.push({ ...place, message: `Task ${label.number} is in a comment, and is not run` });
    else if (before.includes('>'))
      notes.push({ ...place, message: `"${shown}" is quoted, and is part of the prompt above it` });
    else if (isHeading)
      faults.push({
        ...place,
        message: `looks like a task, but is none: write "${marks} ${shown}", or put it into a fence if it belongs to a prompt`,
      });
    else if (label.separator !== '' && /^[ \t]*(?:\p{L}|\*\*|__)/u.test(text))
      faults.push({
        ...place,
        message: `looks like a task, but is none: write "${level > 0 ? `${marks} ` : ''}${shown}", or put it into a fence if it belongs to a prompt`,
      });
    else if (label.separator === '' && /^\p{L}/u.test(text))
      notes.push({
        ...place,
        message: `"${shown}" is part of the prompt above it; a task is written with a colon`,
      });
  }
  return faults;
}

/** A fence that is never closed takes what is below it with it. */
function swallowed({ lines, blocks }: Document): FileFault[] {
  return blocks.flatMap((block) => {
    if (block.kind !== 'fence' || isClosed(block, lines)) return [];
    const taken = lines
      .slice(block.line + 1, block.end)
      .findIndex((line) => /^ {0,3}#/.test(line) && labelOf(line) !== null);
    if (taken === -1) return [];
    return [
      {
        ...at(block.line),
        message: `is a fence that is never closed, and takes the task in line ${String(block.line + taken + 2)} with it: write ${block.mark} where it ends`,
      },
    ];
  });
}

/** Text before the first task, which is for people. */
function unused({ lines, blocks }: Document, from: number, first: number, notes: FileFault[]): void {
  const isHeading = new Set<number>();
  for (const { kind, line, end } of blocks)
    if (line < first && (kind === 'heading' || kind === 'rule' || (kind === 'fence' && isOptions(line))))
      for (let inside = line; inside < end; inside += 1) isHeading.add(inside);
  const told = lines
    .slice(from, first)
    .flatMap((line, index) => (line.trim() === '' || isHeading.has(from + index) ? [] : [from + index]));
  const [begin, end] = [told[0], told.at(-1)];
  if (begin === undefined || end === undefined) return;
  const which = begin === end ? 'this line comes' : `lines ${String(begin + 1)} to ${String(end + 1)} come`;
  notes.push({
    ...at(begin),
    message: `${which} before the first task, and belong${begin === end ? 's' : ''} to none`,
  });

  function isOptions(line: number): boolean {
    return /options?/i.test(lines[line] ?? '');
  }
}

function hiddenLines(lines: readonly string[], blocks: readonly Block[]): Document['hidden'] {
  const hidden: ('' | 'fence' | 'code' | 'comment')[] = lines.map(() => '');
  for (const { kind, line, end } of blocks) {
    if (kind !== 'fence' && kind !== 'code' && kind !== 'html') continue;
    const isComment = kind === 'html' && /^ {0,3}<!--/.test(lines[line] ?? '');
    if (kind === 'html' && !isComment) continue;
    hidden.fill(kind === 'html' ? 'comment' : kind, line, end);
  }
  return hidden;
}
