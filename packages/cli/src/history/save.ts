import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { printBody } from '../print/print-body.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** Writes the body of a response to standard output, or to a file, which appears complete or not at all. */
export async function save(response: Response, path: string | undefined): Promise<void> {
  if (path === undefined) return await printBody(response);
  if (response.body === null) return;
  const source = Readable.fromWeb(response.body);
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) throw new CliError(EXIT.usage, `${path} is a directory.`);
  // A device or a pipe is written directly.
  const draft = there && !there.isFile() ? path : `${path}.${randomUUID()}`;
  try {
    await pipeline(source, createWriteStream(draft));
    if (draft !== path) await rename(draft, path);
  } catch (error) {
    if (draft !== path) await rm(draft, { force: true });
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw new CliError(EXIT.unreachable, `The server broke off (${message}).`);
    throw new CliError(
      code === 'ENOENT' || code === 'ENOTDIR' ? EXIT.usage : EXIT.failed,
      `${path} can't be written (${message}).`,
    );
  }
}
