import type { Submission, TaskInput } from '@cc-executor/sdk';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { withoutBlankEnds } from './task-body.ts';
import { readTaskText, type Format } from './read-task-file.ts';

/** As a person writes it: text as blocks of lines, none of them folded. */
const YAML = { blockQuote: 'literal', lineWidth: 0 } as const;

/**
 * A task file that says the same as `submission`. In Markdown a prompt loses the blank lines around it; one that would be
 * read as something else there stands among the options of its task.
 */
export function writeTaskFile(submission: Submission, format: Format): string {
  if (format === 'json') return `${JSON.stringify(submission, null, 2)}\n`;
  if (format === 'yaml') return stringify(submission, YAML);
  const { tasks, ...options } = submission;
  const front = Object.keys(options).length === 0 ? [] : [`---\n${stringify(options, YAML)}---`];
  return `${[...front, ...tasks.map(writeTask)].join('\n\n')}\n`;
}

function writeTask(task: TaskInput, index: number): string {
  const { prompt, ...rest } = typeof task === 'string' ? { prompt: task } : task;
  const whole = {
    ...rest,
    ...(prompt === undefined ? {} : { prompt: withoutBlankEnds(prompt.split('\n')) }),
  };
  const plain = asBody(whole, index);
  return survives(whole, plain, index) ? plain : asOptions(whole, index);
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
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${info}\n${text}\n${fence}`;
}
