import { readPlain, replacePlain } from '@cc-executor/evidence/plain-files';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { wordsOf } from '../../lines/foreign.ts';
import { RequestFault } from '../../turns/connection.ts';
import type { Roots } from './roots.ts';

/** The largest file that an agent reads or writes through the protocol, in bytes. */
const MOST_BYTES = 16 * 1024 * 1024;
/** The protocol's code of a resource that is not there. */
const NOT_FOUND = -32_002;

/** Resolves with a text file, or so many of its lines, the first being 1. Rejects with a reason for the agent. */
export async function readTextFile(
  roots: Roots,
  { path, line, limit }: Readonly<Record<string, unknown>>,
): Promise<{ content: string }> {
  const real = await insideOf(roots, path);
  const bytes = await readPlain(real, MOST_BYTES);
  // Agents look for this word.
  if (bytes === null) throw new RequestFault(`ENOENT: there is no file ${wordsOf(path)}`, NOT_FOUND);
  const text = bytes.toString();
  if (!Number.isInteger(line) && !Number.isInteger(limit)) return { content: text };
  const from = Math.max(0, Number(line ?? 1) - 1);
  const lines = text.split('\n');
  const to = Number.isInteger(limit) ? from + Number(limit) : lines.length;
  return { content: lines.slice(from, to).join('\n') };
}

/** Writes a text file, and makes its folder. Rejects with a reason for the agent. */
export async function writeTextFile(
  roots: Roots,
  { path, content }: Readonly<Record<string, unknown>>,
): Promise<object> {
  if (typeof content !== 'string') throw new Error('The content must be a string.');
  if (Buffer.byteLength(content) > MOST_BYTES)
    throw new Error(`It has more than ${String(MOST_BYTES)} bytes.`);
  const real = await insideOf(roots, path);
  const mode = await stat(real).then(
    (stats) => stats.mode,
    () => 0o666,
  );
  await mkdir(dirname(real), { recursive: true });
  replacePlain(real, content, mode & 0o777);
  return {};
}

async function insideOf(roots: Roots, path: unknown): Promise<string> {
  const real = typeof path === 'string' ? await roots.within(path) : null;
  if (real === null)
    throw new Error(`${wordsOf(path)} is outside of the workspace and the extra directories of the task.`);
  return real;
}
