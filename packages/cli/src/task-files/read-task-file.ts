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
import type { Submission } from '@cc-executor/sdk';
import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { readJson } from './json-source.ts';
import { readMarkdown } from './markdown-source.ts';
import type { Path, Source } from './source.ts';
import { TaskFileError } from './task-file-error.ts';
import { readYaml } from './yaml-source.ts';

/** Reads and checks a task file; `-` is standard input. Throws a sentence, or every fault with its line and column. */
export async function readTaskFile(file: string): Promise<Submission> {
  const name = file === '-' ? 'standard input' : file;
  const content = await readText(file === '-' ? process.stdin : createReadStream(file), name);
  return parseTaskFile(content, name, formatOf(file, content));
}

/** The submission that a task file's text says; `name` is told with the faults. */
export function parseTaskFile(content: string, name: string, format: Format): Submission {
  if (content.trim() === '') throw new CliError(EXIT.usage, `${name} is empty.`);
  const source = READERS[format](content.replace(/^\uFEFF/, ''));
  if (source.faults.length > 0) throw new TaskFileError(name, source.faults);
  const found = faultsIn(source.value);
  // What was written, and not what the schema adds to it: the server adds its own defaults.
  if (found.length === 0) return source.value as Submission;
  // Of more, the place is not even looked for.
  const faults = found.slice(0, MOST_FAULTS).map(({ path, message }) => ({
    ...source.locate(pathOf(path)),
    message: path === '' ? message : `${path} ${message}`,
  }));
  throw new TaskFileError(name, faults, found.length);
}

/** What the server would say of it. */
function faultsIn(value: unknown): Fault[] {
  const shape = shapeFault(value);
  if (shape !== null) return [shape];
  const checked = ExecuteRequest.safeParse(value);
  return [...(checked.success ? [] : faultsOf(checked.error)), ...workspaceFaults(value)];
}

/** What the server would say of the name of the workspace; where its root is, only that knows. */
function workspaceFaults(value: unknown): Fault[] {
  const { workspace } = (value ?? {}) as { workspace?: unknown };
  const why = typeof workspace === 'string' && workspace !== '' ? workspaceNameFault(workspace) : null;
  return why === null ? [] : [{ path: 'workspace', message: workspaceFault(why) }];
}

const READERS = {
  markdown: readMarkdown,
  yaml: readYaml,
  json: readJson,
} as const satisfies Record<string, (text: string) => Source>;
export type Format = keyof typeof READERS;

function formatOf(file: string, content: string): Format {
  const extension = extname(file).toLowerCase();
  if (['.md', '.markdown'].includes(extension)) return 'markdown';
  if (['.yaml', '.yml'].includes(extension)) return 'yaml';
  if (extension === '.json') return 'json';
  if (/^\s*[[{]/.test(content)) return 'json';
  return /^(## +)?Task +\d+ *:/im.test(content) ? 'markdown' : 'yaml';
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

/** `tasks[2].timeout` as its parts. */
function pathOf(path: string): Path {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}
