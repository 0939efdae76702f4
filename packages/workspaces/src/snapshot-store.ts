import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Git, GitProgram } from './git/git.ts';
import { looseObjectsIn, MANY_LOOSE, MANY_PACKS, openRepository, packsIn } from './git/repository.ts';
import { Lock } from './lock.ts';
import type { LeftOut } from './manifest.ts';
import type { Sides } from './sides.ts';
import { Snapshots, type Snapshot } from './read-snapshots.ts';
import { checkId, Refs } from './refs.ts';
import { isInterrupted } from './restore/journal.ts';
import type { CompletedRestore, RestoreResult } from './restore/restore.ts';
import type {
  CompleteRequest,
  MergeResult,
  PopulateResult,
  PopulateRequest,
  RestoreRequest,
  StorePlace,
  TakeRequest,
} from './store-work.ts';
import type { Bounds, WorkspaceState } from './take.ts';
import { SnapshotThread } from './thread/snapshot-thread.ts';

export interface StoreOptions {
  /** The git program: a name, or an absolute path. Default: `git`. */
  git?: string;
  /** The folders where a program with a name is looked up, as in PATH. Default: the system's own. */
  path?: string | undefined;
  /** How large a snapshot and a file in it may get, in bytes. */
  bounds: Bounds;
  /** How long to wait for another process that uses the store, in milliseconds. Default: 10,000. */
  waitMs?: number;
  /** The thread in which snapshots are taken and restored. Default: its own. */
  thread?: SnapshotThread;
}

const WAIT_MS = 10_000;

/**
 * Opens the snapshots of one workspace, in a folder that is made where it is not there. A restore that was interrupted is
 * completed first. Rejects with a SnapshotError: without git there is no way back.
 */
export async function openSnapshotStore(folder: string, options: StoreOptions): Promise<SnapshotStore> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = realpathSync(folder);
  const lock = new Lock(join(store, 'lock'), options.waitMs ?? WAIT_MS);
  const packing = new Lock(join(store, 'packing'), options.waitMs ?? WAIT_MS);
  const thread = options.thread ?? new SnapshotThread();
  const close = async () => {
    await packing.close();
    await lock.close();
    if (options.thread === undefined) await thread.end();
  };
  try {
    return await lock.alone(async () => {
      const program: GitProgram = { program: options.git ?? 'git', path: options.path };
      const git = await openRepository(program, store);
      const place = { store, program, bounds: options.bounds };
      const completed = await completeInterrupted(place, thread);
      return new SnapshotStore({ place, git, lock, packing, thread, completed, close });
    });
  } catch (error) {
    await close();
    throw error;
  }
}

async function completeInterrupted(
  place: StorePlace,
  thread: SnapshotThread,
): Promise<CompletedRestore | null> {
  if (!isInterrupted(place.store)) return null;
  return await thread.work(place, 'completeInterrupted', undefined);
}

interface Opened {
  place: StorePlace;
  git: Git;
  lock: Lock;
  packing: Lock;
  thread: SnapshotThread;
  completed: CompletedRestore | null;
  close: () => Promise<void>;
}

/** The snapshots of one workspace. Its methods may run at the same time; one at a time writes. */
export class SnapshotStore extends Snapshots {
  readonly #place: StorePlace;
  readonly #git: Git;
  readonly #lock: Lock;
  readonly #packing: Lock;
  readonly #thread: SnapshotThread;
  readonly #refs: Refs;
  readonly #close: () => Promise<void>;
  /** The restore that was interrupted earlier, and completed when the store was opened; null: there was none. */
  readonly completed: CompletedRestore | null;

  constructor({ place, git, lock, packing, thread, completed, close }: Opened) {
    super(git);
    this.#place = place;
    this.#git = git;
    this.#lock = lock;
    this.#packing = packing;
    this.#thread = thread;
    this.#refs = new Refs(git.repository);
    this.#close = close;
    this.completed = completed;
  }

  /** Keeps a snapshot that another label keeps under one more. */
  async keep(id: string, label: string): Promise<void> {
    await this.#alone(() => {
      this.#refs.set(label, checkId(id));
      return Promise.resolve();
    });
  }

  /** Removes labels, and calls `then` before others may use the store. Contents that nothing needs stay until a pruning. */
  async release(labels: Iterable<string>, then: () => void = () => undefined): Promise<void> {
    await this.#alone(() => {
      for (const label of labels) this.#refs.delete(label);
      then();
      return Promise.resolve();
    });
  }

  /** Takes a snapshot. What it can't have is named in it. Nothing in the workspace changes. */
  async take(request: TakeRequest): Promise<Snapshot> {
    return await this.#alone(async () => await this.#thread.work(this.#place, 'take', plain(request)));
  }

  /**
   * Makes the workspace what a snapshot has, and keeps what it was as another. What the walk leaves out stays as it is, and
   * so does what no snapshot has the content of. No link is followed. When this process dies in the middle, the next
   * opening of the store completes it.
   */
  async restore(request: RestoreRequest): Promise<RestoreResult> {
    return await this.#alone(async () => await this.#thread.work(this.#place, 'restore', plain(request)));
  }

  /**
   * Makes a new workspace what a snapshot has. Nothing of what it was is kept, and nothing completes it when this process
   * dies: the caller begins again with an empty one.
   */
  async populate(request: PopulateRequest): Promise<PopulateResult> {
    return await this.#alone(async () => await this.#thread.work(this.#place, 'populate', plain(request)));
  }

  /**
   * Adds to a snapshot of a folder what an earlier one has and the folder still has, although its walk does not see it any
   * more: what is ignored since was not removed. Keeps the result under a label. `lacks`: what the later one has left out and
   * the folder has. Nothing in the folder changes.
   */
  async complete(request: CompleteRequest): Promise<Snapshot & { lacks: LeftOut[] }> {
    return await this.#alone(async () => await this.#thread.work(this.#place, 'complete', request));
  }

  /**
   * Merges two snapshots that come from a third, and keeps the result under a label; or returns the paths at which they
   * conflict. No workspace changes.
   */
  async merge(sides: Sides<string>, label: string): Promise<MergeResult> {
    return await this.#alone(async () => await this.#thread.work(this.#place, 'merge', { sides, label }));
  }

  /** Merges two snapshots that conflict, with the conflicts in it as git writes them, and keeps the result under a label. */
  async mergeWithMarkers(sides: Sides<string>, label: string): Promise<Snapshot> {
    return await this.#alone(
      async () => await this.#thread.work(this.#place, 'mergeWithMarkers', { sides, label }),
    );
  }

  /** Removes labels, and everything that no label keeps any more. */
  async prune(labels: Iterable<string>, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#packing.alone(
      async () =>
        await this.#alone(async () => {
          for (const label of labels) this.#refs.delete(label);
          if (packsIn(this.#git.repository) > 0)
            await this.#git.run(['repack', '-a', '-d', '-q'], { signal });
          await this.#git.run(['prune', '--expire=now'], { signal });
        }),
    );
  }

  /**
   * Packs what was stored since, when there are about `atLeast` loose objects or ten packs. For idle times: it may take a
   * minute, and snapshots may be taken meanwhile. Returns whether it did.
   */
  async pack({
    atLeast = MANY_LOOSE,
    signal,
  }: { atLeast?: number; signal?: AbortSignal } = {}): Promise<boolean> {
    return await this.#packing.alone(async () => {
      const packs = packsIn(this.#git.repository);
      const loose = looseObjectsIn(this.#git.repository);
      if (atLeast > 0 && loose < atLeast && packs < MANY_PACKS) return false;
      // The small ones become one, and a large one is not written again each time. Nothing is left out of them.
      await this.#git.run(['repack', '--geometric=2', '-d', '-q'], { signal });
      return true;
    });
  }

  /** Waits for what runs, and closes the store. */
  async close(): Promise<void> {
    await this.#close();
  }

  /** A restore that another process, or an earlier call, left unfinished is completed first. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    return await this.#lock.alone(async () => {
      await completeInterrupted(this.#place, this.#thread);
      return await work();
    });
  }
}

/** Other iterables can't be given to a thread. */
function plain<T extends WorkspaceState>(request: T): T {
  const { changed, removed, folders } = request;
  return { ...request, changed: [...changed], removed: [...removed], folders: [...folders] };
}
