import type { Submission, TaskInput } from '@cc-executor/sdk';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { withoutBlankEnds } from './markdown-sections.ts';
import { parseTaskFile, type Format } from './read-task-file.ts';

/** A task file that says the same as `submission`. Throws where Markdown would make something else of a task. */
export function writeTaskFile(submission: Submission, format: Format): string {
  if (format === 'json') return `${JSON.stringify(submission, null, 2)}\n`;
  if (format === 'yaml') return stringify(submission);
  const { tasks, ...options } = submission;
  const lost = tasks.findIndex((task) => !survives(task));
  if (lost !== -1)
    throw new CliError(
      EXIT.usage,
      `Task ${String(lost + 1)} would be read as something else in Markdown: of its headings, fences or blanks some mean something there. Take yaml or json.`,
    );
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

/** Whether a task is read as it was but for blank lines around a prompt, and the one after it as well. */
function survives(task: TaskInput): boolean {
  const whole = typeof task === 'string' ? { prompt: task } : task;
  const prompt = whole.prompt === undefined ? undefined : withoutBlankEnds(whole.prompt.split('\n'));
  const pair = [prompt === undefined ? whole : { ...whole, prompt }, { command: 'true' }];
  try {
    const { tasks } = parseTaskFile(pair.map(writeTask).join('\n\n'), 'it', 'markdown');
    return isDeepStrictEqual(tasks, pair);
  } catch {
    return false;
  }
}

/** A fence longer than any in the text. */
function fenced(command: string): string {
  const longest = Math.max(2, ...[...command.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh command\n${command}\n${fence}`;
}
