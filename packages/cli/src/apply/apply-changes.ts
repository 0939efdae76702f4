import type { Execution } from '@cc-executor/sdk';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { applyPatch, KeptCopiesError, type Applied } from './apply-patch.ts';
import { findTarget } from './find-target.ts';
import { findGit } from './run-git.ts';

export interface ApplyChangesOptions {
  /** The number of a task, from 1; undefined: the whole execution. */
  task: number | undefined;
  /** Changes nothing. */
  dryRun: boolean;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Brings what an execution has changed into the current folder, or, if it worked in a clone, into the root of the
 * repository around it. Returns the result and the folder. Rejects with a CliError where nothing was changed.
 */
export async function applyChanges(
  execution: Execution,
  { task, dryRun, env }: ApplyChangesOptions,
): Promise<Applied & { folder: string }> {
  const git = await findGit(env);
  const { branch } = await execution.details();
  const target = await findTarget(git, process.cwd(), branch !== undefined);
  const scratch = await mkdtemp(join(tmpdir(), 'cc-executor-apply-'));
  let isNeeded = false;
  try {
    const patch = join(scratch, 'changes.patch');
    await save(await execution.diff({ task }), patch);
    const applied = await applyPatch({ git, target, patch, scratch, dryRun });
    return { ...applied, folder: target.folder };
  } catch (error) {
    isNeeded = error instanceof KeptCopiesError;
    throw error;
  } finally {
    if (!isNeeded) await rm(scratch, { recursive: true, force: true });
  }
}

async function save({ body }: Response, path: string): Promise<void> {
  try {
    await pipeline(body === null ? Readable.from([]) : Readable.fromWeb(body), createWriteStream(path));
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw new CliError(EXIT.failed, `Nothing was changed: ${message}.`);
    throw new CliError(EXIT.unreachable, `The server broke off (${message}); nothing was changed.`);
  }
}
