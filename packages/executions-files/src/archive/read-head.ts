import { CcError } from '@cc-executor/contracts';
import { currentExecution, type StoredExecution } from '@cc-executor/executions';
import type { FileHandle } from 'node:fs/promises';
import { ArchiveLines, damaged } from './archive-lines.ts';

/** A record has what one request had, and its state what 1,000 tasks gave: less than this, in bytes. */
export const HEAD_BYTES = 128 * 1024 * 1024;
/** What a head may become in memory, in bytes, as it is estimated: a good part of a service's heap, and not more. */
const WEIGHT = 400 * 1024 * 1024;
/** What V8 needs for a value of an array or an object, in bytes. */
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
    // A few bytes can become many: `{},{},` is worth twenty times its length.
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
    // A newer version wrote it, and that is what has to be said.
    if (error instanceof CcError) throw error;
    throw damaged('its first line is no execution');
  }
}
