import { createHash } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionRecord } from '@cc-executor/executions';

/** A directory for the temporary files of one attempt. */
export interface AttemptTemp {
  /** The variables that point programs to it; none if it could not be created. */
  variables: Readonly<Record<string, string>>;
  /** Null if it could not be created. */
  path: string | null;
  /** Removes it with its content. Call it when no process of the attempt is left. Never rejects. */
  remove: () => Promise<void>;
}

/**
 * Creates a directory for the temporary files of an attempt. An agent keeps the output of background commands
 * there and never removes it. The name is short, since sockets are created in it, and depends on the execution, so
 * the next attempt finds what a dead worker left. If it cannot be created, the worker's own is used.
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

/** Removes a directory that this user created privately, and nothing else with its name. */
async function removeOwn(path: string): Promise<void> {
  const there = await lstat(path).catch(() => null);
  const isOwn = there?.isDirectory() === true && there.uid === process.getuid?.();
  if (isOwn) await rm(path, { recursive: true, force: true, maxRetries: 3 });
}
