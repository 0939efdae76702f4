import { CcError } from '@cc-executor/contracts';
import { currentExecution, type StoredExecution } from '@cc-executor/executions';
import type { FileHandle } from 'node:fs/promises';
import { ArchiveLines, damaged } from './archive-lines.ts';

/** The largest head, in bytes: a record has the content of one request, and its state the results of 1,000 tasks. */
export const HEAD_BYTES = 128 * 1024 * 1024;
/** The largest estimated size of a parsed head in memory, in bytes: a good part of a service's heap. */
const WEIGHT = 400 * 1024 * 1024;
/** The memory that V8 needs for a value of an array or an object, in bytes. */
const VALUE_WEIGHT = 64;
const STRUCTURE = new Set(['{', '[', ','].map((character) => character.charCodeAt(0)));

/** Reads the first line of an archive, and nothing after it; closes the file. Throws ARCHIVE_DAMAGED. */
export async function readHead(
  file: FileHandle,
  executionId: string,
): Promise<{ head: StoredExecution; bytes: number }> {
  const lines = new ArchiveLines(file, 0);
  try {
    const line = await lines.next(HEAD_BYTES);
    if (line === null) throw damaged('it is empty');
    // A few bytes can become many: `{},{},` needs twenty times its length.
    if (weightOf(line) > WEIGHT) throw damaged('its first line has too many values');
    const head = toExecution(line);
    if (head.record.execution_id !== executionId) throw damaged('it is of another execution');
    return { head, bytes: line.length };
  } finally {
    await lines.close();
  }
}

function weightOf(line: Buffer): number {
  let weight = line.length;
  for (const byte of line) if (STRUCTURE.has(byte)) weight += VALUE_WEIGHT;
  return weight;
}

function toExecution(line: Buffer): StoredExecution {
  try {
    return currentExecution(JSON.parse(line.toString()) as StoredExecution);
  } catch (error) {
    // A newer version wrote it, which is the error to report.
    if (error instanceof CcError) throw error;
    throw damaged('its first line is not an execution');
  }
}
