import { taskAt } from '@cc-executor/contracts/task-numbers';
import type { AgentTask, AttemptContainer } from '@cc-executor/agents';
import { hostsOf, type Isolation, type Network, type TaskKind } from '@cc-executor/contracts';
import { OpenedFolder } from '@cc-executor/evidence/opened-folder';
import { giveFolder } from '@cc-executor/evidence/plain-trees';
import type { ExecutionRecord, Recorder } from '@cc-executor/executions';
import { constants, copyFile, lchown, link, mkdir, realpath, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Way } from '@cc-executor/sandbox';
import { INSIDE, resultsFolder } from '@cc-executor/sandbox/protocol';
import type { Lease } from '../ownership/leases.ts';

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
    /** Returns where the results of earlier tasks are put for the attempts of an execution. */
    resultsOf: (executionId: string) => string;
    /** Returns where the sockets are that lead the agents of an attempt to their models. */
    modelOf: (place: Pick<AttemptContainer, 'executionId' | 'task' | 'attempt'>) => string;
    /** The socket of egress; null: they reach no host. */
    egress: string | null;
    /** Whether containers are started ahead for the tasks that are likely to come. */
    ahead: boolean;
    /** Returns where programs are looked for in containers of an image, or of the default one; null: that is not known. */
    searchPath: (image: string | null) => Promise<string | null>;
    /** Releases the container that was started ahead for an execution. */
    release: (executionId: string) => void;
  } | null;
}

/** Returns the user of the processes of an execution's attempts; undefined: this system has no such numbers. */
export function uidOf(
  { containers }: Pick<Sandbox, 'containers'>,
  { isolation }: Pick<ExecutionRecord, 'isolation'>,
): number | undefined {
  return isolation === undefined ? process.getuid?.() : containers?.user.uid;
}

/**
 * Returns the container of an attempt; undefined: it runs as a process; in words, why this worker cannot run it. A worker
 * that runs as root changes the owner of the workspace to the ordinary user of the containers.
 */
async function boxOf(
  { least, containers }: Sandbox,
  { isolation, image }: Pick<ExecutionRecord, 'isolation' | 'image'>,
  { generation }: Pick<Lease, 'generation'>,
  task: Pick<AgentTask, 'executionId' | 'task' | 'attempt' | 'cwd' | 'options'> & {
    kind: TaskKind;
    /** Whether it may only read its workspace. */
    readOnly: boolean;
  },
): Promise<AttemptContainer | undefined | string> {
  if (isolation === undefined && least === 'container')
    return 'Its list runs in the space of the worker, and CC_EXECUTOR_MIN_ISOLATION is "container".';
  if (isolation === undefined) return undefined;
  if (containers === null) return 'This worker starts no containers: set CC_EXECUTOR_LAUNCHER_SOCKET.';
  const { executionId, attempt, cwd, kind } = task;
  if (kind === 'prompt') await makeFolders(containers, { executionId, task: task.task, attempt });
  if (process.getuid?.() === 0) await giveFolder(cwd, containers.user);
  const { readOnly } = task;
  const folders = await foldersOf(task.options, readOnly);
  return { executionId, task: task.task, attempt, generation, image: image ?? null, readOnly, folders };
}

/**
 * Returns the container of the task after this one, where it is likely to run next in the same folder; null: that is not
 * known, or it needs what can't be given to a container that runs.
 */
async function nextBox(
  { containers }: Sandbox,
  { tasks, network }: Pick<ExecutionRecord, 'tasks' | 'network'>,
  box: AttemptContainer,
): Promise<NonNullable<AttemptContainer['next']> | null> {
  const task = box.task + 1;
  const next = taskAt(tasks, task);
  if (containers?.ahead !== true || next === undefined || tasks.some(({ needs }) => needs !== undefined))
    return null;
  if (next.kind !== 'command' && (next.kind !== 'prompt' || next.agent === 'model')) return null;
  if (hostsOf(next.network ?? network).length > 0) return null;
  const place = { task, attempt: 1 };
  await mkdir(resultsFolder(containers.resultsOf(box.executionId), place), { recursive: true, mode: 0o755 });
  const agent = next.kind === 'prompt';
  if (agent) await makeFolders(containers, { ...box, ...place });
  const readOnly = next.shared === true;
  return {
    ...box,
    ...place,
    agent,
    readOnly,
    folders: await foldersOf(next.options, readOnly),
    results: true,
  };
}

/**
 * Makes the folders that agents of an attempt in containers see: of their files of the execution, and of the ways to models.
 * What is in the first one is theirs: its owner stays what it is.
 */
async function makeFolders(
  { filesOf, modelOf, user }: NonNullable<Sandbox['containers']>,
  place: Pick<AttemptContainer, 'executionId' | 'task' | 'attempt'>,
): Promise<void> {
  await mkdir(modelOf(place), { recursive: true, mode: 0o755 });
  const files = filesOf(place.executionId);
  await mkdir(files, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return;
  const folder = await OpenedFolder.open(files);
  try {
    if ((await folder.stats()).uid === 0) await folder.changeOwner(user);
  } finally {
    await folder.close();
  }
}

/** Returns the further folders of a task. The launcher decides which of them it may write: those that its owner has named so. */
async function foldersOf(
  { extra_dirs = [] }: AgentTask['options'],
  readOnly: boolean,
): Promise<AttemptContainer['folders']> {
  return await Promise.all(
    extra_dirs.map(async (path) => ({ path: await realpath(path).catch(() => path), write: !readOnly })),
  );
}

/** The container of an attempt, with its way to other hosts until it is closed. */
interface OpenBox {
  box: AttemptContainer | undefined;
  /** The variables that name the results of earlier tasks, as its processes see them. */
  variables: Readonly<Record<string, string>>;
  /** Resolves when all that was refused on its way is in the log. Never rejects. */
  close: () => Promise<void>;
}

/**
 * Returns the container of an attempt, with its way to other hosts and `results`, the files of earlier tasks by the
 * variables that name them; in words, why this worker cannot run it. Waits for egress no longer than until `signal` aborts.
 */
export async function openBox(
  sandbox: Sandbox,
  record: Pick<ExecutionRecord, 'isolation' | 'image' | 'tasks' | 'network'>,
  { lease, recorder }: { lease: Pick<Lease, 'generation'>; recorder: Pick<Recorder, 'note'> },
  task: Parameters<typeof boxOf>[3] & { network: Network | undefined },
  results: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<OpenBox | string> {
  const box = await boxOf(sandbox, record, lease, task);
  if (typeof box === 'string') return box;
  const { containers } = sandbox;
  if (box === undefined || containers === null)
    return { box, variables: results, close: async () => undefined };
  const folder = resultsFolder(containers.resultsOf(task.executionId), task);
  const variables = await placeResults(folder, results, containers.user);
  const way = await openWay(containers.egress, recorder, task, signal);
  const removeFolders = async () => {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    // Each way has removed its own socket.
    await rmdir(containers.modelOf(box)).catch(() => undefined);
  };
  if (typeof way === 'string') {
    await removeFolders();
    return way;
  }
  // Without it the next container is started when its attempt begins.
  const next = await nextBox(sandbox, record, box).catch(() => null);
  return {
    box: { ...box, network: way?.id ?? null, results: Object.keys(results).length > 0, next },
    variables,
    close: async () => {
      await way?.close();
      await removeFolders();
    },
  };
}

async function openWay(
  socket: string | null,
  recorder: Pick<Recorder, 'note'>,
  { task, attempt, network }: { task: number; attempt: number; network: Network | undefined },
  signal: AbortSignal,
): Promise<Way | null | string> {
  const hosts = hostsOf(network);
  if (hosts.length === 0) return null;
  if (socket === null) return 'This worker has no egress: set CC_EXECUTOR_SANDBOX_HOSTS.';
  const onBlocked = (message: string) => {
    const data = { code: 'host_refused', message } as const;
    recorder.note({ type: 'task.warning', task, attempt, data })?.catch(() => undefined);
  };
  return await Way.open({ socket, hosts, onBlocked, signal }).catch((error: Error) => error.message);
}

/** Puts files where a container sees them, and returns the variables with their names there. */
async function placeResults(
  folder: string,
  results: Readonly<Record<string, string>>,
  user: { uid: number; gid: number },
): Promise<Record<string, string>> {
  const placed: Record<string, string> = {};
  if (Object.keys(results).length > 0) await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const [variable, file] of Object.entries(results)) {
    placed[variable] = file;
    if (file === '/dev/null') continue;
    const name = variable.slice(variable.lastIndexOf('_') + 1);
    const to = join(folder, name);
    await rm(to, { force: true });
    const isMine = process.getuid?.() === user.uid;
    const copy = async () => {
      await copyFile(file, to, constants.COPYFILE_FICLONE);
      if (!isMine) await lchown(to, user.uid, user.gid);
    };
    // They are mounted read-only: the same file does where its owner may read it.
    if (isMine) await link(file, to).catch(copy);
    else await copy();
    placed[variable] = join(INSIDE.results, name);
  }
  return placed;
}
