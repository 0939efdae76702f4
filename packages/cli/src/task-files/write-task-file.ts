import type { Submission, TaskInput } from '@cc-executor/sdk';
import { grouped, withoutBlankEnds, type Format } from '@cc-executor/task-files';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { groupNamesOf, readTaskText } from './read-task-file.ts';

/** As a person writes it: text as blocks of lines, none of them folded. */
const YAML = { blockQuote: 'literal', lineWidth: 0 } as const;

/**
 * A task file that says the same as `submission`. In Markdown a prompt loses the blank lines around it; one that would be
 * read as something else there stands among the options of its task.
 */
export function writeTaskFile(submission: Submission, format: Format): string {
  const items = withGroups(submission.tasks);
  if (format === 'json') return `${JSON.stringify({ ...submission, tasks: items }, null, 2)}\n`;
  if (format === 'yaml') return stringify({ ...submission, tasks: items }, YAML);
  const { tasks: _, title, ...others } = submission;
  const isHeading = title !== undefined && isReadAsTitle(title);
  const options = isHeading || title === undefined ? others : { title, ...others };
  const front = Object.keys(options).length === 0 ? [] : [writeFront(options)];
  const parts: string[] = isHeading ? [`# ${title}`] : [];
  let number = 0;
  for (const item of items) {
    if (typeof item === 'string' || !('parallel' in item)) parts.push(writeTask(item, number++, 2));
    else parts.push(groupHeading(item), ...item.parallel.map((task) => writeTask(task, number++, 3)));
  }
  return `${[...front, ...parts].join('\n\n')}\n`;
}

/** Returns whether a title is the same when it is read as the heading of a file. */
function isReadAsTitle(title: string): boolean {
  try {
    const { submission } = readTaskText(`# ${title}\n\n${asBody({ command: 'true' }, 0)}`, 'it', 'markdown');
    return submission.title === title && submission.tasks.length === 1;
  } catch {
    return false;
  }
}

/** The first lines of a Markdown file: the options of the list. */
export function writeFront(options: Omit<Submission, 'tasks'>): string {
  return `---\n${stringify(options, YAML)}---`;
}

/** Each task as it stands in a Markdown file, without groups and what separates it from the next. */
export function writeSections(tasks: Submission['tasks']): string[] {
  return tasks.map((task, index) => writeTask(task, index, 2));
}

/** The tasks as they are, or in groups where any of them says what it needs. */
function withGroups(tasks: Submission['tasks']): (TaskInput | { name?: string; parallel: TaskInput[] })[] {
  if (!tasks.some((task) => typeof task !== 'string' && task.needs !== undefined)) return [...tasks];
  const plain = (task: Task) =>
    Object.keys(task).length === 1 && task.prompt !== undefined ? task.prompt : task;
  const objects = tasks.map((task): Task => (typeof task === 'string' ? { prompt: task } : task));
  return grouped(objects, groupNamesOf(tasks)).map((item) =>
    'parallel' in item ? { ...item, parallel: item.parallel.map(plain) } : plain(item),
  );
}

/** A name that would not be read as it is is left out. */
function groupHeading({ name }: { name?: string }): string {
  if (name === undefined || name.trim() !== name || /\s{2}|[\r\n`*_#<>\\[\]&]/.test(name))
    return '## Parallel';
  return `## Parallel: ${name}`;
}

/** `level`: of its heading. */
function writeTask(task: TaskInput, index: number, level: number): string {
  const { prompt, ...rest } = typeof task === 'string' ? { prompt: task } : task;
  const whole = {
    ...rest,
    ...(prompt === undefined ? {} : { prompt: withoutBlankEnds(prompt.split('\n')) }),
  };
  // What it needs is not there where it is read alone.
  const { needs: _, when: __, template: ___, variants: ____, pick: _____, ...alone } = whole;
  const marks = '#'.repeat(level - 2);
  const written = survives(alone, asBody(alone, index), index)
    ? asBody(whole, index)
    : asOptions(whole, index);
  return `${marks}${written}`;
}

type Task = Exclude<TaskInput, string>;

function asBody({ name, prompt, command, ...options }: Task, index: number): string {
  const given = Object.keys(options).length === 0 ? [] : [optionsBlock(options)];
  const body = command === undefined ? (prompt ?? '') : fenced('sh command', command);
  return [headingOf(index, name), ...given, body].join('\n\n');
}

function asOptions(task: Task, index: number): string {
  return [headingOf(index), optionsBlock(task)].join('\n\n');
}

function headingOf(index: number, name?: string): string {
  return `## Task ${String(index + 1)}${name === undefined ? '' : `: ${name}`}`;
}

function optionsBlock(options: object): string {
  return fenced('yaml options', stringify(options, YAML).replace(/\n$/, ''));
}

/** Whether a task is read as it is, without a note, and the one after it as well. */
function survives(task: Task, written: string, index: number): boolean {
  const pair = [task, { command: 'true' }];
  try {
    const text = [written, asBody({ command: 'true' }, index + 1)].join('\n\n');
    const { submission, notes } = readTaskText(text, 'it', 'markdown');
    return notes.length === 0 && isDeepStrictEqual(submission.tasks, pair);
  } catch {
    return false;
  }
}

/** Returns a fence that is longer than any in the text. */
function fenced(info: string, text: string): string {
  let longest = 2;
  for (const [ticks] of text.matchAll(/`+/g)) longest = Math.max(longest, ticks.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${info}\n${text}\n${fence}`;
}
