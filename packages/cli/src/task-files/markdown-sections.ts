import { blocksOf, insideOf, isClosed, type Block } from './markdown-blocks.ts';
import { fenceKind } from './fence-kinds.ts';
import { fieldOf } from './markdown-fields.ts';
import type { Section } from './markdown-outline.ts';
import type { Source } from './source.ts';
import type { FileFault } from './task-file-error.ts';
import { readYaml } from './yaml-source.ts';

export interface ReadSection extends Source {
  notes: FileFault[];
}

/** Reads the task of a section: its options, and its prompt or its command. */
export function readSection(section: Section, lines: readonly string[]): ReadSection {
  const { bodyLines, firstLine } = bodyOf(section, lines);
  const heading = { line: section.line + 1, column: 1 };
  const place = (index: number) => ({ line: firstLine + index, column: 1 });
  const faults: FileFault[] = [];
  const notes: FileFault[] = [];
  if (section.mode !== null)
    notes.push({
      ...heading,
      message: `"(${section.mode})" means nothing here: each task has an agent of its own`,
    });
  const isGone = bodyLines.map(() => false);
  const blocks = blocksOf(bodyLines);
  const isHidden = bodyLines.map(() => false);
  for (const { kind, line, end } of blocks)
    if (kind === 'fence' || kind === 'code' || kind === 'html') isHidden.fill(true, line, end);
  const fences = blocks.filter(({ kind }) => kind === 'fence');
  const options: { text: Source; line: number }[] = [];
  const commands: Block[] = [];
  let shell: Block | null = null;
  for (const fence of fences) {
    const kind = fenceKind(fence.text);
    if (kind === null) continue;
    if (kind === 'shell') {
      if (fence.inside === null) shell = fence;
    } else if (typeof kind === 'object') faults.push({ ...place(fence.line), message: kind.fault });
    else if (fence.inside !== null)
      faults.push({
        ...place(fence.line),
        message: `is a block of ${kind} in a ${fence.inside}: begin its lines at the margin, or write "${fence.mark}text" if it belongs to the prompt`,
      });
    else if (!isClosed(fence, bodyLines))
      faults.push({
        ...place(fence.line),
        message: `is a block of ${kind} that is never closed: write ${fence.mark} where it ends`,
      });
    else if (kind === 'command') commands.push(fence);
    else {
      if (options.length > 0)
        faults.push({
          ...place(fence.line),
          message: 'are options again: write all options of a task in one block',
        });
      isGone.fill(true, fence.line, fence.end);
      options.push({
        text: readYaml(`${insideOf(fence, bodyLines)}\n`, firstLine + fence.line + 1),
        line: firstLine + fence.line + 1,
      });
    }
  }
  const own: Record<string, unknown> = {};
  for (const [index, text] of bodyLines.entries()) {
    if (
      isGone[index] === true ||
      !/^[ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)/.test(text) ||
      isHidden[index] === true
    )
      continue;
    const field = fieldOf(text);
    if (field === null) continue;
    if ('fault' in field || field.option in own) {
      const why = 'fault' in field ? field.fault : 'comes twice';
      notes.push({ ...place(index), message: `stays in the prompt: ${field.option} ${why}` });
      continue;
    }
    own[field.option] = field.value;
    isGone[index] = true;
    notes.push({ ...place(index), message: `is taken as ${field.option}: ${JSON.stringify(field.value)}` });
  }
  const [given] = options;
  const written = isRecord(given?.text.value) ? given.text.value : {};
  faults.push(...(given?.text.faults ?? []));
  if (given && given.text.faults.length === 0 && given.text.value !== null && !isRecord(given.text.value))
    faults.push({ line: given.line, column: 1, message: 'the options must be names and values' });
  const rest = (from: number, to: number) =>
    bodyLines.slice(from, to).some((line, index) => isGone[from + index] !== true && line.trim() !== '');
  const isAlone = (fence: Block) => !rest(0, fence.line) && !rest(fence.end, bodyLines.length);
  const command =
    commands[0] ?? (shell !== null && isClosed(shell, bodyLines) && isAlone(shell) ? shell : undefined);
  if (commands[1] !== undefined)
    faults.push({ ...place(commands[1].line), message: 'is a second command: write a task for each' });
  else if (commands[0] !== undefined && !isAlone(commands[0]))
    faults.push({
      ...place(commands[0].line),
      message: `is a command, and the body has text beside it: take the text away, or write "${commands[0].mark}sh" if all of it is a prompt`,
    });
  else if (command !== undefined && commands.length === 0)
    notes.push({
      ...place(command.line),
      message: `is run as a command; write "${command.mark}sh command" to say so`,
    });
  const body = withoutBlankEnds(withoutGone(bodyLines, isGone));
  // The heading of a plan may be all that there is of a step.
  const isHeading = body === '' && section.isPlan && section.name !== null;
  const prompt = isHeading ? (section.name ?? '') : body;
  const hasOwnText = 'prompt' in written || 'command' in written;
  if (hasOwnText && prompt !== '')
    faults.push({
      ...heading,
      message: 'has a prompt or a command in its options, and text below them: take one away',
    });
  else if (!hasOwnText && prompt === '')
    faults.push({
      ...heading,
      message: `Task ${section.number} has no body`,
    });
  const text = command === undefined ? { prompt } : { command: insideOf(command, bodyLines) };
  const begins = bodyLines.findIndex((line, index) => isGone[index] !== true && line.trim() !== '');
  return {
    value: {
      ...(section.name === null || isHeading ? {} : { name: section.name }),
      ...(hasOwnText ? {} : text),
      ...own,
      ...written,
    },
    faults,
    notes,
    locate: ([key]) => {
      if (given && key !== undefined && key in written) return given.text.locate([key]);
      if ((key === 'prompt' || key === 'command') && begins !== -1) return place(begins);
      return heading;
    },
  };
}

/** The lines of a task's body, and in which line of the file the first one is, from 1. */
function bodyOf({ first, from, end, indent, line }: Section, lines: readonly string[]) {
  const below = lines.slice(from, end).map((text) => withoutIndent(text, indent));
  // A rule between two tasks belongs to neither.
  const last = below.findLastIndex((text) => text.trim() !== '');
  const isRule = end < lines.length && last > 0 && /^(?:-{3,}|\*{3,}|_{3,})[ \t]*$/.test(below[last] ?? '');
  const kept = isRule && (below[last - 1] ?? '').trim() === '' ? below.slice(0, last) : below;
  return first === null
    ? { bodyLines: kept, firstLine: from + 1 }
    : { bodyLines: [first, ...kept], firstLine: line + 1 };
}

function withoutIndent(text: string, indent: number): string {
  const blanks = /^ */.exec(text)?.[0].length ?? 0;
  return text.slice(Math.min(indent, blanks));
}

/** The lines that remain, without a second blank line where some were taken away. */
function withoutGone(lines: readonly string[], isGone: readonly boolean[]): string[] {
  const kept: string[] = [];
  let isSeam = false;
  for (const [index, line] of lines.entries()) {
    if (isGone[index] === true) isSeam = true;
    else if (isSeam && line.trim() === '' && (kept.at(-1) ?? '').trim() === '') continue;
    else {
      isSeam = false;
      kept.push(line);
    }
  }
  return kept;
}

/** Returns lines as text, without the blank ones around it; what is inside stays as it is. */
export function withoutBlankEnds(lines: readonly string[]): string {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first === -1 ? '' : lines.slice(first, last + 1).join('\n');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
