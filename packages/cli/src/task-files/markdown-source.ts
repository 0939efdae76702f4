import { splitMarkdown, type Section } from './markdown-sections.ts';
import type { Path, Source } from './source.ts';
import type { FileFault } from './task-file-error.ts';
import { readYaml } from './yaml-source.ts';

/**
 * Reads Markdown: front matter for the options of the list; then `## Task 1: name` with the prompt below it, or
 * `Task 1: the prompt`. A body that is one fenced block marked `sh command` is a command; a fenced block marked
 * `yaml options` at the start of a body has the task's own options.
 */
export function readMarkdown(text: string): Source {
  const { frontMatter, sections } = splitMarkdown(text);
  const front = frontMatter === null ? null : readYaml(frontMatter.text, frontMatter.line);
  const tasks = sections.map(readSection);
  const faults = [
    ...(front?.faults ?? []),
    ...sections.flatMap(numbering),
    ...tasks.flatMap((task) => task.faults),
  ];
  const options = isRecord(front?.value) ? front.value : {};
  if (front !== null && front.faults.length === 0 && front.value !== null && !isRecord(front.value))
    faults.push({ line: 2, column: 1, message: 'the front matter must be names and values' });
  if ('tasks' in options && front !== null)
    faults.push({
      ...front.locate(['tasks']),
      message: 'tasks are written below the front matter, not in it',
    });
  if (sections.length === 0)
    faults.push({ line: 1, column: 1, message: 'has no task: a task begins with "## Task 1: its name"' });
  return {
    value: { ...options, tasks: tasks.map((task) => task.value) },
    faults,
    locate: ([first, index, ...rest]: Path) => {
      if (first !== 'tasks')
        return front?.locate(first === undefined ? [] : [first]) ?? { line: 1, column: 1 };
      return tasks[Number(index)]?.locate(rest) ?? { line: 1, column: 1 };
    },
  };
}

function readSection(section: Section): Source {
  const heading = { line: section.line, column: 1 };
  const own = blockAtStart(section.body, /^(```)yaml options *\n/);
  const options = own && readYaml(`${own.inside}\n`, section.bodyLine + 1);
  const body = own ? own.rest.replace(/^\n+/, '') : section.body;
  const command = blockAtStart(body, /^(`{3,})sh command *\n/);
  const isCommand = command?.rest === '';
  const faults: FileFault[] = [...(options?.faults ?? [])];
  if (body === '') faults.push({ ...heading, message: `Task ${String(section.number)} has no body` });
  if (options !== null && options.faults.length === 0 && options.value !== null && !isRecord(options.value))
    faults.push({ line: section.bodyLine + 1, column: 1, message: 'the options must be names and values' });
  return {
    value: {
      ...(section.name === null ? {} : { name: section.name }),
      ...(isCommand ? { command: command.inside } : { prompt: body }),
      ...(isRecord(options?.value) ? options.value : {}),
    },
    faults,
    locate: ([key]) => {
      if (key === 'prompt' || key === 'command') return { line: section.bodyLine, column: 1 };
      const isOption = isRecord(options?.value) && key !== undefined && key in options.value;
      return isOption && options ? options.locate([key]) : heading;
    },
  };
}

/** The fenced block that a text begins with, and what follows it. */
function blockAtStart(text: string, opening: RegExp): { inside: string; rest: string } | null {
  const [first, mark] = opening.exec(text) ?? [];
  if (first === undefined) return null;
  const lines = text.slice(first.length).split('\n');
  const end = lines.findIndex((line) => line.trimEnd() === mark);
  if (end === -1) return null;
  return { inside: lines.slice(0, end).join('\n'), rest: lines.slice(end + 1).join('\n') };
}

/** The numbers are there for people; they must be those of the order in which the tasks run. */
function numbering({ number, line }: Section, index: number): FileFault[] {
  if (number === index + 1) return [];
  return [
    { line, column: 1, message: `is Task ${String(number)}, but comes as number ${String(index + 1)}` },
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
