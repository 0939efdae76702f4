import { applyEdits, modify, parse, type ParseError } from 'jsonc-parser';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import type { Entry } from './entry.ts';

/** Adds an entry to a client's configuration. Throws, and changes nothing, if another entry has that name. */
export async function addToFile(path: string, name: string, entry: Entry) {
  const file = resolve(path);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new CliError(EXIT.failed, `${file} can't be read (${String(error.code)}).`);
  });
  const errors: ParseError[] = [];
  const parsed: unknown = text === null ? {} : parse(text, errors);
  if (errors.length > 0 || !isObject(parsed))
    throw new CliError(
      EXIT.usage,
      `${file} is not a JSON object; correct it, or name another file with --file.`,
    );
  const { mcpServers: servers = {} } = parsed;
  if (!isObject(servers))
    throw new CliError(
      EXIT.usage,
      `"mcpServers" in ${file} is not an object; correct it, or name another file with --file.`,
    );
  const known = servers[name];
  if (isDeepStrictEqual(known, entry)) return { file, changed: false };
  if (known !== undefined)
    throw new CliError(
      EXIT.usage,
      `${file} has another server "${name}"; remove it there first, or use --print.`,
    );
  const formattingOptions = { insertSpaces: true, tabSize: 2, insertFinalNewline: true };
  const edits = modify(text ?? '{}', ['mcpServers', name], entry, { formattingOptions });
  const wanted = applyEdits(text ?? '{}\n', edits);
  await writeFile(file, wanted, { flag: text === null ? 'wx' : 'w' }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new CliError(EXIT.failed, `${file} can't be written (${String(error.code)}).`);
    },
  );
  return { file, changed: true };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
