import {
  ExecuteRequest,
  type Fault,
  faultsOf,
  LIMITS,
  MOST_FAULTS,
  shapeFault,
  workspaceFault,
  workspaceNameFault,
} from '@cc-executor/contracts';
import { CcServerError, type Submission } from '@cc-executor/sdk';
import {
  isMarkdown,
  pathOf,
  readSource,
  type FileFault,
  type Format,
  type Source,
} from '@cc-executor/task-files';
import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { note, oneLine } from '../print/print.ts';
import { withStandingRepository } from './standing-repository.ts';
import { TaskFileError } from './task-file-error.ts';

/** A task file as it is read: what it submits, and what is read in a way that its writer may not expect. */
export interface TaskFile {
  submission: Submission;
  notes: readonly FileFault[];
}

/** The maximum number of notes that are shown. */
const MOST_NOTES = 20;
/** The source of each task list, for faults that the server finds. */
const origins = new WeakMap<object, { name: string; source: Source }>();

/**
 * Reads and checks a task file; `-` is standard input. Notes on how it is read go to standard error. Throws a sentence, or
 * every fault with its line and column. `vars`: values for the variables of the list.
 */
export async function readTaskFile(
  file: string,
  vars: Readonly<Record<string, string>> = {},
): Promise<Submission> {
  const name = file === '-' ? 'standard input' : file;
  const content = await readText(file === '-' ? process.stdin : createReadStream(file), name);
  const { submission, notes } = readTaskText(content, name, formatOf(file, content), vars);
  for (const { line, column, message } of notes.slice(0, MOST_NOTES))
    note(`${name}:${String(line)}:${String(column)}: note: ${oneLine(message)}`);
  if (notes.length > MOST_NOTES) note(`and ${String(notes.length - MOST_NOTES)} more notes`);
  return submission;
}

/** Returns the submission in the text of a task file; `name` is part of the faults. */
export function parseTaskFile(content: string, name: string, format: Format): Submission {
  return readTaskText(content, name, format).submission;
}

/** The same, with its notes, sorted by line. Throws every fault: of the format, and what the server would say. */
export function readTaskText(
  content: string,
  name: string,
  format: Format,
  vars: Readonly<Record<string, string>> = {},
): TaskFile {
  if (content.trim() === '') throw new CliError(EXIT.usage, `${name} is empty.`);
  const read = readSource(content, format);
  const source = { ...read, value: withStandingRepository(read.value) };
  setVariables(source.value, name, vars);
  const found = source.value === null && source.faults.length > 0 ? [] : faultsIn(source.value);
  if (source.faults.length > 0 || found.length > 0) {
    // Of more, the place is not even looked for.
    const faults = [...source.faults, ...placed(source, found.slice(0, MOST_FAULTS))];
    const shown = withoutEchoes(faults);
    throw new TaskFileError(name, shown, shown.length + Math.max(found.length - MOST_FAULTS, 0));
  }
  // What was written, and not what the schema adds to it: the server adds its own defaults.
  const submission = source.value as Submission;
  origins.set(submission.tasks, { name, source });
  const notes = (source.notes ?? []).toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { submission, notes };
}

/** Returns the names of the groups in the file that a list of tasks was read from, by the index of their first task. */
export function groupNamesOf(tasks: Submission['tasks']): ReadonlyMap<number, string> {
  return origins.get(tasks)?.source.groups ?? new Map<number, string>();
}

/**
 * Waits for an answer of the server to the tasks of a file. What it finds wrong with them is thrown with the line and the
 * column in the file, in place of the path in the request.
 */
export async function atTheirPlaces<T>(tasks: Submission['tasks'], answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const origin = origins.get(tasks);
    if (!(error instanceof CcServerError) || origin === undefined || error.errors.length === 0) throw error;
    throw new TaskFileError(origin.name, placed(origin.source, error.errors));
  }
}

/** Sets the variables of a list. Throws a sentence for a variable that the list does not have. */
function setVariables(list: unknown, name: string, values: Readonly<Record<string, string>>): void {
  const { vars } = (list ?? {}) as { vars?: Record<string, unknown> | null };
  for (const [variable, value] of Object.entries(values)) {
    if (typeof vars !== 'object' || vars === null || !Object.hasOwn(vars, variable))
      throw new CliError(
        EXIT.usage,
        `${name} has no variable "${variable}": list it under vars, with a value or with null.`,
      );
    vars[variable] = value;
  }
}

function placed(source: Source, faults: readonly Fault[]): FileFault[] {
  return faults.map(({ path, message }) => ({
    ...source.locate(pathOf(path)),
    message: path === '' ? message : `${path} ${message}`,
  }));
}

/** Without what the schema says of a task that the format has said more about, at the same place. */
function withoutEchoes(faults: readonly FileFault[]): FileFault[] {
  const said = new Set(faults.flatMap(({ line, message }) => (/^tasks\b/.test(message) ? [] : [line])));
  return faults.filter(
    ({ line, message }) =>
      !said.has(line) ||
      !/^tasks(?:\[\d+\](?:\.prompt|\.command)? must not be empty| must have at least one task)$/.test(
        message,
      ),
  );
}

/** The error that the server would report for it. */
function faultsIn(value: unknown): Fault[] {
  const shape = shapeFault(value);
  if (shape !== null) return [shape];
  const checked = ExecuteRequest.safeParse(value);
  return [...(checked.success ? [] : faultsOf(checked.error)), ...workspaceFaults(value)];
}

/** The error that the server would report for the name of the workspace. Only the server knows its root. */
function workspaceFaults(value: unknown): Fault[] {
  const { workspace } = (value ?? {}) as { workspace?: unknown };
  const why = typeof workspace === 'string' && workspace !== '' ? workspaceNameFault(workspace) : null;
  return why === null ? [] : [{ path: 'workspace', message: workspaceFault(why) }];
}

function formatOf(file: string, content: string): Format {
  const extension = extname(file).toLowerCase();
  if (['.md', '.markdown'].includes(extension)) return 'markdown';
  if (['.yaml', '.yml'].includes(extension)) return 'yaml';
  if (extension === '.json') return 'json';
  if (/^\s*[[{]/.test(content)) return 'json';
  return isMarkdown(content) ? 'markdown' : 'yaml';
}

async function readText(from: AsyncIterable<unknown>, file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      // It may have no end, as /dev/zero has none.
      if (bytes > LIMITS.bodyBytes) throw new CliError(EXIT.usage, tooLarge(file));
    }
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CliError(EXIT.usage, `There is no file ${file}.`);
    if (code === 'EISDIR') throw new CliError(EXIT.usage, `${file} is a directory; a task file is needed.`);
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new CliError(EXIT.usage, `${file} is not UTF-8 text.`);
    throw new CliError(EXIT.usage, `${file} can't be read (${String(code)}).`);
  }
}

function tooLarge(file: string): string {
  return `${file} has more than ${String(LIMITS.bodyBytes)} bytes, which is the most that a list may have.`;
}
