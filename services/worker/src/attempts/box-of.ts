import type { AgentTask, Box } from '@cc-executor/agents';
import { hostsOf, type Isolation, type Network, type TaskKind } from '@cc-executor/contracts';
import { namesIn } from '@cc-executor/evidence';
import type { ExecutionRecord, Recorder } from '@cc-executor/executions';
import { lchown, lstat, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Way } from '@cc-executor/sandbox';
import type { Hold } from '../ownership/holds.ts';

/** How this worker starts containers. */
export interface Sandbox {
  /** The least isolation that it accepts. */
  least: Isolation;
  /** Null: this worker has no launcher. */
  containers: {
    /** The numbers of their processes. */
    user: { uid: number; gid: number };
    /** Returns where agents in containers keep their files of an execution. */
    filesOf: (executionId: string) => string;
    /** The socket of egress; null: they reach no host. */
    egress: string | null;
  } | null;
}

/**
 * Returns the container of an attempt; undefined: it runs as a process; in words, why this worker cannot run it. A worker
 * that runs as root gives the workspace to the user of the containers, who is an ordinary one.
 */
async function boxOf(
  { least, containers }: Sandbox,
  { isolation, image }: Pick<ExecutionRecord, 'isolation' | 'image'>,
  { generation }: Pick<Hold, 'generation'>,
  task: Pick<AgentTask, 'executionId' | 'task' | 'attempt' | 'cwd' | 'options'> & { kind: TaskKind },
): Promise<Box | undefined | string> {
  if (isolation === undefined && least === 'container')
    return 'Its list runs in the space of the worker, and CC_EXECUTOR_MIN_ISOLATION is "container".';
  if (isolation === undefined) return undefined;
  if (containers === null) return 'This worker starts no containers: set CC_EXECUTOR_LAUNCHER_SOCKET.';
  const { user, filesOf } = containers;
  const { executionId, attempt, cwd, kind } = task;
  const files = filesOf(executionId);
  if (kind === 'prompt') await mkdir(files, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) for (const path of [cwd, files]) await give(path, user);
  const folders = await Promise.all(
    (task.options.extra_dirs ?? []).map(async (path) => ({
      path: await realpath(path).catch(() => path),
      write: false,
    })),
  );
  return { executionId, task: task.task, attempt, generation, image: image ?? null, folders };
}

/** The container of an attempt, with its way to other hosts until it is closed. */
interface OpenBox {
  box: Box | undefined;
  /** Resolves when all that was refused on its way is in the log. Never rejects. */
  close: () => Promise<void>;
}

/** Returns the container of an attempt and opens its way to other hosts; in words, why this worker cannot run it. */
export async function openBox(
  sandbox: Sandbox,
  record: Pick<ExecutionRecord, 'isolation' | 'image'>,
  { hold, recorder }: { hold: Pick<Hold, 'generation'>; recorder: Pick<Recorder, 'note'> },
  task: Parameters<typeof boxOf>[3] & { network: Network | undefined },
): Promise<OpenBox | string> {
  const box = await boxOf(sandbox, record, hold, task);
  if (typeof box === 'string') return box;
  const hosts = hostsOf(task.network);
  if (box === undefined || hosts.length === 0) return { box, close: async () => undefined };
  const socket = sandbox.containers?.egress ?? null;
  if (socket === null) return 'This worker has no egress: set CC_EXECUTOR_SANDBOX_HOSTS.';
  const place = { task: task.task, attempt: task.attempt };
  const onBlocked = (message: string) => {
    const warned = { type: 'task.warning', ...place, data: { code: 'host_refused', message } } as const;
    recorder.note(warned)?.catch(() => undefined);
  };
  const way = await Way.open({ socket, hosts, onBlocked }).catch((error: Error) => error.message);
  if (typeof way === 'string') return way;
  return { box: { ...box, network: way.id }, close: async () => await way.close() };
}

/** Gives a folder of root with all that is in it to another user, itself last. Links are not followed. */
async function give(path: string, user: { uid: number; gid: number }): Promise<void> {
  const stats = await lstat(path).catch(() => null);
  if (stats?.uid !== 0) return;
  if (stats.isDirectory()) for (const name of (await namesIn(path)) ?? []) await give(join(path, name), user);
  await lchown(path, user.uid, user.gid);
}
