import type { AgentTask, Box } from '@cc-executor/agents';
import type { Isolation } from '@cc-executor/contracts';
import { namesIn } from '@cc-executor/evidence';
import type { ExecutionRecord } from '@cc-executor/executions';
import { lchown, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hold } from '../ownership/holds.ts';

/** How this worker starts containers. */
export interface Sandbox {
  /** The least isolation that it accepts. */
  least: Isolation;
  /** The numbers of processes in containers; null: this worker has no launcher. */
  user: { uid: number; gid: number } | null;
}

/**
 * Returns the container of an attempt; undefined: it runs as a process; in words, why this worker cannot run it. A worker
 * that runs as root gives the workspace to the user of the containers, who is an ordinary one.
 */
export async function boxOf(
  { least, user }: Sandbox,
  { isolation, image }: Pick<ExecutionRecord, 'isolation' | 'image'>,
  hold: Pick<Hold, 'generation'>,
  { executionId, task, attempt, cwd }: Pick<AgentTask, 'executionId' | 'task' | 'attempt' | 'cwd'>,
): Promise<Box | undefined | string> {
  if (isolation === undefined && least === 'container')
    return 'Its list runs in the space of the worker, and CC_EXECUTOR_MIN_ISOLATION is "container".';
  if (isolation === undefined) return undefined;
  if (user === null) return 'This worker starts no containers: set CC_EXECUTOR_LAUNCHER_SOCKET.';
  if (process.getuid?.() === 0) await give(cwd, user);
  return { executionId, task, attempt, generation: hold.generation, image: image ?? null, folders: [] };
}

/** Gives a folder of root with all that is in it to another user, itself last. Links are not followed. */
async function give(path: string, user: NonNullable<Sandbox['user']>): Promise<void> {
  const stats = await lstat(path);
  if (stats.uid !== 0) return;
  if (stats.isDirectory()) for (const name of (await namesIn(path)) ?? []) await give(join(path, name), user);
  await lchown(path, user.uid, user.gid);
}
