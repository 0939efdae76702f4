import { labelOf, numberedOf, type Label } from '../task-labels.ts';
import type { Block } from '../markdown-blocks.ts';
import type { Document, Group, Start } from './document.ts';

/** Numbered lists among which the plan is looked for. */
const MOST_LISTS = 50;
/** A heading whose tasks, one level below it, may run at the same time. */
const GROUP = /^(?:\*\*|__)?parallel(?:\*\*|__)?[ \t]*(?::|$)/i;

/** Finds where tasks begin, and the groups that they are in. */
export function startsIn(document: Document): {
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
      name: heading.text.replace(GROUP, '').trim() || null,
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
