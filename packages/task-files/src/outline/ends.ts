import { labelOf } from '../task-labels.ts';
import type { FileFault } from '../source.ts';
import { at, HEADING_MARKS, type Document, type Group, type Start } from './document.ts';

const PHASE = /^(?:\*\*|__)?(?:phase|stage|etappe|fase)[ \t]+\d/i;
/** Headings of the notes for people after the tasks of a list. */
const EPILOGUE =
  /^(?:notes?|anmerkung(?:en)?|hinweise?|expected|results?|summary|why|how|value|key|lessons?|appendix|references?|history|metrics|success|completion|conclusions?|usage|execution|reports?|next|advanced|patterns?|status|troubleshooting|verification|learnings?|benefits|file structure)\b/i;

/** Returns the line at which a heading that belongs to no task ends the task above it, by the index of that task. */
export function endersIn(
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
