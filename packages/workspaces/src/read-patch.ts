import { storeWith } from './find-store.ts';
import { Patches } from './patches.ts';
import { openGit } from './read-snapshots.ts';
import type { SnapshotPlace } from './snapshot-places.ts';

/** The two snapshots that are compared. */
export interface PatchSpan extends Omit<SnapshotPlace, 'when'> {
  before: string;
  after: string;
}

export interface PatchOptions {
  /** The folder of all snapshots. */
  folder: string;
  /** The PATH for git. */
  path: string | undefined;
}

/**
 * Returns a function that reads the beginnings of patches for people, one after the other, each at most so many bytes: no
 * contents of binary files, and renames as such. It needs no record of the execution: the store is found by the label of the
 * attempt that began with the first snapshot. It yields null for what is not kept, or can't be read here, and throws the
 * reason of the signal when that aborts.
 */
export function patchReader({
  folder,
  path,
}: PatchOptions): (
  spans: readonly PatchSpan[],
  most: number,
  signal: AbortSignal,
) => AsyncGenerator<Buffer | null, void, undefined> {
  return async function* (spans, most, signal) {
    const stores = new Map<string, string | null>();
    let opened: { store: string; patches: Patches } | null = null;
    const close = async () => {
      const last = opened;
      opened = null;
      await last?.patches.close();
    };
    const read = async ({ execution, task, attempt, before, after }: PatchSpan): Promise<Buffer | null> => {
      const place = { execution, task, attempt, when: 'before' } as const;
      const known = stores.get(execution);
      const store = known === undefined ? await storeWith(folder, place) : known;
      stores.set(execution, store);
      if (store === null) return null;
      if (opened?.store !== store) {
        await close();
        opened = { store, patches: new Patches(await openGit(store, { path })) };
      }
      return await opened.patches.read(before, after, most);
    };
    const onAbort = () => {
      close().catch(() => undefined);
    };
    signal.addEventListener('abort', onAbort);
    try {
      for (const span of spans) {
        signal.throwIfAborted();
        const patch = await read(span).catch(() => null);
        signal.throwIfAborted();
        yield patch;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      await close();
    }
  };
}
