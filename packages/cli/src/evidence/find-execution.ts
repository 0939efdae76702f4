import {
  executionFolder,
  namesIn,
  readPublicKeys,
  SignedEnds,
  toPublicKey,
  type VerifyOptions,
} from '@cc-executor/evidence';
import { createReadStream } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Context } from '../context.ts';
import { LAST } from '../connection/last.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** The largest key, in bytes. */
const KEY_BYTES = 64 * 1024;

/** An execution's folder, and the expected execution; null: any. */
export interface Found {
  directory: string;
  executionId: string | null;
}

/** Returns the data directory of the settings, without a running server. */
async function dataDirectory(env: Context['env']): Promise<string> {
  const { dataDirectoryOf } = await import('@cc-executor/local-stack');
  return dataDirectoryOf(env);
}

/** Returns the folder of an execution: by its id in the data directory, or by a path. */
export async function findExecution(name: string, env: Context['env']): Promise<Found> {
  const mayBeId = !/[/\\]/.test(name) && !name.startsWith('.');
  const own = await dataDirectory(env);
  if (mayBeId) {
    const directory = join(own, executionFolder(name));
    // A folder of that name in the current directory may be of another execution.
    if (await isFolder(directory)) return { directory, executionId: name };
    const [begun, ...others] = await beginningWith(name, env);
    if (begun !== undefined && others.length === 0) return begun;
    if (begun !== undefined)
      throw new CliError(
        EXIT.usage,
        [
          `"${name}" is the beginning of several ids; add a character:`,
          ...[begun, ...others].map(idLine),
        ].join('\n'),
      );
    if (!(await isFolder(name))) return { directory, executionId: name };
  }
  const id = basename(resolve(name));
  const isOwn = resolve(name) === resolve(own, executionFolder(id));
  return { directory: name, executionId: isOwn ? id : null };
}

/** Returns the error for a folder in which nothing of an execution is. */
export function nothingThere(directory: string): CliError {
  return new CliError(
    EXIT.usage,
    `${directory} is not a folder of an execution: nothing of one is there. If the server has another data directory, set CC_EXECUTOR_DATA_DIR to it, or name the folder of the execution.`,
  );
}

/** The executions of the data directory whose ids begin so; of `last` the one that began last. */
async function beginningWith(name: string, env: Context['env']): Promise<Found[]> {
  if (name === LAST) return await lastExecutions(1, env);
  return (await lastExecutions(Infinity, env)).filter(({ executionId }) => executionId?.startsWith(name));
}

function idLine({ executionId }: Found): string {
  return `  ${String(executionId)}`;
}

/** The folders of the executions that began last, the newest first. */
export async function lastExecutions(count: number, env: Context['env']): Promise<Found[]> {
  const root = dirname(join(await dataDirectory(env), executionFolder('x')));
  const names = (await namesIn(root).catch(() => null)) ?? [];
  const found = await Promise.all(
    names.map(async (name) => {
      const directory = join(root, name);
      const stats = await lstat(directory).catch(() => null);
      return stats?.isDirectory() ? { directory, executionId: name, birthtimeMs: stats.birthtimeMs } : [];
    }),
  );
  return found
    .flat()
    .toSorted((a, b) => b.birthtimeMs - a.birthtimeMs)
    .slice(0, count);
}

/**
 * Returns the public keys whose signatures count: the given one, as PEM, in base64 or as a file with either; else
 * those of this installation. A text that is a key is never used as the name of a file. What lies beside the evidence
 * is never believed: anyone who changed it may have put it there.
 */
export async function trustedKeys(given: string | undefined, env: Context['env']): Promise<string[]> {
  if (given === undefined) return await readPublicKeys(await keysDirectory(env));
  const key = toPublicKey(given) ?? toPublicKey(await keyFile(given));
  if (key !== null) return [key];
  throw new CliError(EXIT.usage, `--key "${given}" is not an Ed25519 public key, and not a file with one.`);
}

/**
 * Returns what an execution is verified against: the public keys that are `trusted`, what this installation remembers of the
 * execution that it has to be, and the snapshots in its data directory. `contents`: also what is in them is read.
 */
export async function verifyOptions(
  { executionId }: Found,
  trusted: readonly string[],
  env: Context['env'],
  { contents }: { contents: boolean },
): Promise<VerifyOptions> {
  if (executionId === null) return { trusted, executionId, signed: null };
  const { snapshotCheckOf } = await import('@cc-executor/local-stack/patches');
  const signed = await new SignedEnds(await keysDirectory(env)).last(executionId);
  return { trusted, executionId, signed, snapshots: snapshotCheckOf(env, contents) };
}

async function keysDirectory(env: Context['env']): Promise<string> {
  const { keysDirectoryOf } = await import('@cc-executor/local-stack');
  return keysDirectoryOf(env);
}

/** It may be a pipe that a shell made for it. */
async function keyFile(path: string): Promise<string> {
  try {
    const file = createReadStream(path, { end: KEY_BYTES });
    return await text(file);
  } catch {
    return '';
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}
