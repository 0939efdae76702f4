import { isDirect, toolIn } from './direct-tools.ts';
import type { Section } from './markdown-outline.ts';
import type { FileFault, Source } from './source.ts';
import { isRecord, TaskBody } from './task-body.ts';

export interface ReadSection extends Source {
  notes: FileFault[];
}

/** Reads the task of a section: its options, and its prompt or its command. */
export function readSection(section: Section, lines: readonly string[]): ReadSection {
  const heading = { line: section.line + 1, column: 1 };
  const body = bodyOf(section, lines);
  const { faults, notes, options } = body;
  const command = body.command();
  const text = body.text();
  const tool = isDirect(section.mode) && command === null ? toolIn(text) : null;
  if (section.mode !== null && tool === null)
    notes.push({
      ...heading,
      message: `"(${section.mode})" has no effect here: each task has its own agent`,
    });
  const written = isRecord(options?.value) ? options.value : {};
  const hasOwnText = 'prompt' in written || 'command' in written || 'tool' in written;
  // The heading of a plan may be all that there is of a step.
  const isHeading = text === '' && section.isPlan && section.name !== null;
  if (hasOwnText && text !== '')
    faults.push({
      ...heading,
      message: 'has a prompt, a command or a tool in its options, and text below them: take one away',
    });
  else if (!hasOwnText && text === '' && !isHeading)
    faults.push({ ...heading, message: `Task ${section.number} has no body` });
  const prompt = isHeading ? (section.name ?? '') : text;
  const own = tool !== null ? { tool } : command === null ? { prompt } : { command };
  const { begins } = body;
  return {
    value: {
      ...(section.name === null || isHeading ? {} : { name: section.name }),
      ...(hasOwnText ? {} : own),
      ...body.fields,
      ...written,
    },
    faults,
    notes,
    locate: ([key]) => {
      if (options && key !== undefined && key in written) return options.locate([key]);
      return (key === 'prompt' || key === 'command' || key === 'tool') && begins !== null ? begins : heading;
    },
  };
}

/** The body of a task, with the text that stands on its first line. */
function bodyOf({ first, from, end, indent, line }: Section, lines: readonly string[]): TaskBody {
  const below = lines.slice(from, end).map((text) => withoutIndent(text, indent));
  // A rule between two tasks belongs to neither.
  const last = below.findLastIndex((text) => text.trim() !== '');
  const isRule = end < lines.length && last > 0 && /^(?:-{3,}|\*{3,}|_{3,})[ \t]*$/.test(below[last] ?? '');
  const kept = isRule && (below[last - 1] ?? '').trim() === '' ? below.slice(0, last) : below;
  return first === null ? new TaskBody(kept, from + 1) : new TaskBody([first, ...kept], line + 1);
}

function withoutIndent(text: string, indent: number): string {
  const blanks = /^ */.exec(text)?.[0].length ?? 0;
  return text.slice(Math.min(indent, blanks));
}
