import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ScriptFile, type Script } from './script.ts';

/** Reads a script: the conversations of a JSON file, or the default export of a TypeScript module. */
export async function readScriptFile(file: string): Promise<Script> {
  const path = resolve(file);
  if (path.endsWith('.json')) return ScriptFile.parse(JSON.parse(await readFile(path, 'utf8')));
  const module = (await import(pathToFileURL(path).href)) as { default?: Script };
  if (module.default === undefined) throw new Error(`${path} has no default export.`);
  return module.default;
}
