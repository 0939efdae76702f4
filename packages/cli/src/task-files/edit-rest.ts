import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Submission, Task, TaskInput } from '@cc-executor/sdk';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { note, oneLine } from '../print/print.ts';
import { isAttended } from '../print/terminal.ts';
import { atTheirPlaces, readTaskText } from './read-task-file.ts';
import { TaskFileError } from './task-file-error.ts';
import { writeFront, writeSections } from './write-task-file.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The fields of a list that do not concern its tasks. They do not change. */
const OF_THE_LIST: ReadonlySet<string> = new Set([
  'title',
  'labels',
  'workspace',
  'repository',
  'on_failure',
  'copies',
  'on_conflict',
  'on_retry',
]);
/** Options of a list that also apply to commands, by name; the others apply only to prompts. */
const OF_COMMANDS: Readonly<Record<string, string>> = {
  timeout_per_task: 'timeout',
  retries: 'retries',
  checks: 'checks',
  on_check_failure: 'on_check_failure',
  max_fixes: 'max_fixes',
};

/**
 * Opens the tasks of a list from one on in the editor of the user, as a task file, and hands what they have become to `use`,
 * whose result is returned. Where anything is wrong, the file stays, and a sentence says where.
 */
export async function editRest<T>(
  submission: Submission,
  { from, env, use }: { from: number; env: Env; use: (tasks: Task[]) => Promise<T> },
): Promise<T> {
  const list = ofTasks(submission);
  const folder = await mkdtemp(join(tmpdir(), 'cc-executor-rerun-'));
  const file = join(folder, 'rest.md');
  const { tasks: all, ...options } = list;
  const sections = writeSections(all);
  const before = sections.slice(0, from - 1).map((section) => `${section}\n\n`);
  const front = Object.keys(options).length === 0 ? [] : [writeFront(options)];
  const text = `${[...front, ...sections.slice(from - 1)].join('\n\n')}\n`;
  await writeFile(file, text, { mode: 0o600 });
  try {
    await runEditor(file, env);
    const now = await readFile(file, 'utf8');
    if (now.trim() === '') throw new CliError(EXIT.usage, 'The file is empty: nothing is run.');
    const was = readRest(text, before.join(''), file);
    const is = readRest(now, before.join(''), file);
    for (const line of is.notes) note(line);
    const tasks = is.submission.tasks.slice(from - 1).map((task) => {
      // In a task file it may look a little different, and have less.
      const same = was.submission.tasks.findIndex((one) => isDeepStrictEqual(one, task));
      return withChanged(list.tasks[same] ?? task, was.submission, is.submission);
    });
    const used = await atTheirPlaces(is.submission.tasks, use(tasks as Task[]));
    await rm(folder, { recursive: true });
    return used;
  } catch (error) {
    note(`cc-executor: what you wrote is in ${file}`);
    throw error;
  }
}

function ofTasks(submission: Submission): Submission {
  const kept = Object.entries(submission).filter(([name]) => !OF_THE_LIST.has(name));
  return Object.fromEntries(kept) as Submission;
}

/** The tasks before stand between the options of the list and the edited ones, so that templates may name them. */
function readRest(
  text: string,
  before: string,
  name: string,
): { submission: Submission; notes: readonly string[] } {
  const [front, rest] = splitFront(text);
  const start = lines(front);
  const added = lines(before);
  const place = (line: number) => (line <= start ? line : Math.max(start + 1, line - added));
  try {
    const { submission, notes } = readTaskText(front + before + rest, name, 'markdown');
    const own = notes.filter(({ line }) => line <= start || line > start + added);
    const shown = own.map(
      ({ line, column, message }) =>
        `${name}:${String(place(line))}:${String(column)}: note: ${oneLine(message)}`,
    );
    return { submission, notes: shown };
  } catch (error) {
    if (!(error instanceof TaskFileError)) throw error;
    const faults = error.faults.map((fault) => ({ ...fault, line: place(fault.line) }));
    throw new TaskFileError(name, faults);
  }
}

function splitFront(text: string): [string, string] {
  const [front = ''] = /^---[ \t]*\r?\n[^]*?\n---[ \t]*(?:\r?\n)+/.exec(text) ?? [];
  return [front, text.slice(front.length)];
}

function lines(text: string): number {
  return text.split('\n').length - 1;
}

/** A task with the options of the list that were changed, where it has none of its own. */
function withChanged(task: TaskInput, was: Submission, is: Submission): TaskInput {
  const { tasks: _, ...before } = was;
  const { tasks: __, ...after } = is;
  const whole: Record<string, unknown> = typeof task === 'string' ? { prompt: task } : { ...task };
  let isChanged = false;
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, value] = [before[name as keyof typeof before], after[name as keyof typeof after]];
    if (isDeepStrictEqual(old, value)) continue;
    if (OF_THE_LIST.has(name))
      throw new CliError(EXIT.usage, `"${name}" belongs to the whole list and does not change.`);
    if (value === undefined)
      throw new CliError(EXIT.usage, `"${name}" can't be taken away here; give it another value.`);
    const own = OF_COMMANDS[name];
    if (own === undefined && whole['prompt'] === undefined) continue;
    isChanged ||= whole[own ?? name] === undefined;
    whole[own ?? name] ??= value;
  }
  return isChanged ? whole : task;
}

/** As git does it: the editor may be a command with options. */
async function runEditor(file: string, env: Env): Promise<void> {
  const named = env['VISUAL'] || env['EDITOR'];
  if (!named && !isAttended())
    throw new CliError(
      EXIT.usage,
      '--edit opens vi, which needs a terminal; set $VISUAL or $EDITOR to a program that edits without one.',
    );
  const editor = named || 'vi';
  const child = spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], { stdio: 'inherit', env });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (code !== 0)
    throw new CliError(
      EXIT.failed,
      `The editor (${oneLine(editor)}) ended with ${signal ?? String(code)}: nothing is run.`,
    );
}
