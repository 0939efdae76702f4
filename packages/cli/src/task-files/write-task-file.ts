import type { Submission, TaskInput } from '@cc-executor/sdk';
import { stringify } from 'yaml';
import type { Format } from './read-task-file.ts';

/** A task file that says the same as `submission`. */
export function writeTaskFile(submission: Submission, format: Format): string {
  if (format === 'json') return `${JSON.stringify(submission, null, 2)}\n`;
  if (format === 'yaml') return stringify(submission);
  const { tasks, ...options } = submission;
  const front = Object.keys(options).length === 0 ? [] : [`---\n${stringify(options)}---`];
  return `${[...front, ...tasks.map(writeTask)].join('\n\n')}\n`;
}

function writeTask(task: TaskInput, index: number): string {
  const { name, prompt, command, ...options } = typeof task === 'string' ? { prompt: task } : task;
  const heading = `## Task ${String(index + 1)}${name === undefined ? '' : `: ${name}`}`;
  const given = Object.keys(options).length === 0 ? [] : [`\`\`\`yaml options\n${stringify(options)}\`\`\``];
  const body = command === undefined ? (prompt ?? '') : fenced(command);
  return [heading, ...given, body].join('\n\n');
}

/** A fence longer than any in the text. */
function fenced(command: string): string {
  const longest = Math.max(2, ...[...command.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh command\n${command}\n${fence}`;
}
