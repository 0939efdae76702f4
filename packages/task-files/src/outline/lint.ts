import { MOST_FAULTS } from '@cc-executor/contracts';
import { isClosed } from '../markdown-blocks.ts';
import { hasNoNumber, labelOf } from '../task-labels.ts';
import type { FileFault } from '../source.ts';
import { at, HEADING_MARKS, type Document, type Start } from './document.ts';

/** The numbers are there for people: they may begin anywhere, and grow. */
export function numbering(starts: readonly Start[], notes: FileFault[]): FileFault[] {
  const faults: FileFault[] = [];
  const seen = new Map<string, number>();
  let before: string | null = null;
  for (const { number, line } of starts) {
    const other = seen.get(number);
    if (other !== undefined)
      faults.push({
        ...at(line),
        message: `is Task ${number} again, which begins in line ${String(other + 1)}: give it its own number`,
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
export function overlooked(
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
export function swallowed({ lines, blocks }: Document): FileFault[] {
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
export function unused({ lines, blocks }: Document, from: number, first: number, notes: FileFault[]): void {
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
