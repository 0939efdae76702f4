import { createHash } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionRecord } from '@cc-executor/executions';

/** A directory for the temporary files of one attempt. */
export interface AttemptTemp {
  /** Variables that lead programs there; none where it could not be made. */
  variables: Readonly<Record<string, string>>;
  /** Null where it could not be made. */
  path: string | null;
  /** Removes it with all that is in it. Call it when no process of the attempt is left. Never rejects. */
  remove: () => Promise<void>;
}

/**
 * Makes a directory for the temporary files of an attempt. An agent keeps the output of what it runs in the background
 * there and removes none of it. The name is short, since sockets are made in there, and follows from the execution, so
 * that the next attempt finds what a worker that died has left. Where it can't be made, the worker's own is used.
 */
export async function openTemp(
  { uuid, execution_id }: Pick<ExecutionRecord, 'uuid' | 'execution_id'>,
  root = tmpdir(),
): Promise<AttemptTemp> {
  const name = createHash('sha256')
    .update(uuid ?? execution_id)
    .digest('hex')
    .slice(0, 16);
  const path = join(root, `cc-executor-${name}`);
  try {
    await removeOwn(path);
    await mkdir(path, { mode: 0o700 });
  } catch {
    return { variables: {}, path: null, remove: () => Promise.resolve() };
  }
  return {
    variables: { TMPDIR: path },
    path,
    remove: () => removeOwn(path).catch(() => undefined),
  };
}

/** Removes a directory that this user has made for itself alone, and nothing else that has its name. */
async function removeOwn(path: string): Promise<void> {
  const there = await lstat(path).catch(() => null);
  const isOwn = there?.isDirectory() === true && there.uid === process.getuid?.();
  if (isOwn) await rm(path, { recursive: true, force: true, maxRetries: 3 });
}
