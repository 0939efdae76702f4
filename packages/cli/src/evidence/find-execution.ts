import { executionFolder, readPublicKeys, toPublicKey } from '@cc-executor/evidence';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** An execution's folder, and which one it has to be; null: whichever is in it. */
export interface Found {
  directory: string;
  executionId: string | null;
}

/** The data directory of the settings; nothing runs for that. */
async function dataDirectory(env: Context['env']): Promise<string> {
  const { dataDirectoryOf } = await import('@cc-executor/local-stack');
  return dataDirectoryOf(env);
}

/** The folder of what was named: the id of an execution in the data directory, or a path. */
export async function findExecution(name: string, env: Context['env']): Promise<Found> {
  const mayBeId = !/[/\\]/.test(name) && !name.startsWith('.');
  if (mayBeId) {
    const directory = join(await dataDirectory(env), executionFolder(name));
    // A folder of that name that happens to be here may be of another execution.
    if ((await isFolder(directory)) || !(await isFolder(name))) return { directory, executionId: name };
  }
  return { directory: name, executionId: null };
}

/** The folders of the executions that began last, the newest first. */
export async function lastExecutions(count: number, env: Context['env']): Promise<Found[]> {
  const root = dirname(join(await dataDirectory(env), executionFolder('x')));
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory());
  const found = await Promise.all(
    folders.map(async ({ name }) => {
      const directory = join(root, name);
      const { birthtimeMs = 0 } = (await stat(directory).catch(() => null)) ?? {};
      return { directory, executionId: name, birthtimeMs };
    }),
  );
  return found.toSorted((a, b) => b.birthtimeMs - a.birthtimeMs).slice(0, count);
}

/**
 * The public keys whose signatures count: the one that is given, as PEM, in base64 or as a file with either; else those
 * of this installation. What lies beside the evidence is never believed: whoever changed it may have put it there.
 */
export async function trustedKeys(given: string | undefined, env: Context['env']): Promise<string[]> {
  if (given === undefined) {
    const { keysDirectoryOf } = await import('@cc-executor/local-stack');
    return await readPublicKeys(keysDirectoryOf(env));
  }
  const text = await readFile(given, 'utf8').catch(() => given);
  const key = toPublicKey(text);
  if (key !== null) return [key];
  throw new CliError(EXIT.usage, `--key "${given}" is no Ed25519 public key, and no file with one.`);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}
