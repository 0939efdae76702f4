import { LAYOUT, namesIn, openPlain } from '@cc-executor/evidence';
import type {
  Archive,
  ArchiveDigest,
  ArchivedRun,
  StoredEvent,
  StoredExecution,
} from '@cc-executor/executions';
import { randomUUID } from 'node:crypto';
import { createWriteStream, type BigIntStats } from 'node:fs';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { executionDirectory, setAsideDirectory } from '../paths.ts';
import { removeTree } from '../remove-tree.ts';
import { syncFolder } from '../sync-folder.ts';
import { ArchiveCursor } from './archive-cursor.ts';
import { damaged } from './archive-lines.ts';
import { HeadCache } from './head-cache.ts';
import { IdleCursors } from './idle-cursors.ts';
import { KnownRuns } from './known-runs.ts';
import { ReadGate } from './read-gate.ts';
import { readHead } from './read-head.ts';
import { archiveBytes } from './write-archive.ts';

/** A draft that is unchanged for this long was left by a dead process. Milliseconds. */
const LEFT_MS = 10 * 60_000;

/** The number of archives that are decompressed at a time: each occupies one of Node's few threads. */
const PAGES_AT_ONCE = 3;

/**
 * Ended executions, one compressed file each: a line with the record and the state, then a line for each event. Others may have
 * put a file there: it is never read as a whole, and its content is compared with what is known.
 */
export class FileArchive implements Archive {
  readonly #dataDirectory: string;
  readonly #heads = new HeadCache();
  /** The execution that each file belongs to. */
  readonly #runs = new KnownRuns();
  readonly #cursors = new IdleCursors();
  /** A parsed head is large: one at a time. */
  readonly #headGate = new ReadGate(1);
  readonly #pageGate = new ReadGate(PAGES_AT_ONCE);

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
  }

  async save(
    execution: StoredExecution,
    pages: AsyncIterable<StoredEvent[]>,
    seal: (digest: ArchiveDigest) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const path = this.#path(execution.record.execution_id);
    const drafts = join(this.#dataDirectory, 'archiving');
    await mkdir(dirname(path), { recursive: true });
    await mkdir(drafts, { recursive: true });
    await removeOldDrafts(drafts);
    const draft = join(drafts, randomUUID());
    // Flushed before it is closed: the name must never refer to content that is not on the disk yet.
    const file = createWriteStream(draft, { flags: 'wx', flush: true });
    try {
      const { promise: written, resolve } = Promise.withResolvers<ArchiveDigest>();
      await pipeline(async function* () {
        resolve(yield* archiveBytes(execution, pages));
      }, file);
      await seal(await written);
      // It appears complete or not at all, and the folder keeps it after a power failure.
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    await syncFolder(dirname(path));
  }

  async head(executionId: string): Promise<StoredExecution | null> {
    return await this.#headGate.run(executionId, async () => {
      const found = await this.#find(executionId);
      if (!found) return null;
      const kept = this.#heads.get(executionId, found.identity);
      if (kept) return kept;
      const file = await openPlain(found.path);
      if (!file) return null;
      // The opened file counts: another one may have replaced it.
      const identity = identityOf(await file.stat({ bigint: true }));
      const { head, bytes } = await readHead(file, executionId);
      this.#heads.set(executionId, { file: identity, head, bytes });
      this.#runs.set(identity, runOf(head));
      return head;
    });
  }

  async page(run: ArchivedRun, after: number, limit: number, signal?: AbortSignal): Promise<StoredEvent[]> {
    const { executionId } = run;
    return await this.#pageGate.run(executionId, async () => {
      const found = signal?.aborted ? null : await this.#find(executionId);
      if (!found) return [];
      const { path, identity, size } = found;
      await this.#refuseOther(run, identity);
      const open = async () => {
        const file = await openPlain(path);
        if (!file) throw damaged('it is gone');
        if (identityOf(await file.stat({ bigint: true })) === identity) return file;
        await file.close();
        throw damaged('it was changed just now');
      };
      const cursor = this.#cursors.take(identity, after) ?? (await ArchiveCursor.open(open, size, after));
      try {
        const page = await cursor.page(after, limit, signal);
        if (page.length === 0 || signal?.aborted) await cursor.close();
        else this.#cursors.put(identity, cursor);
        return page;
      } catch (error) {
        await cursor.close();
        throw error;
      }
    });
  }

  async remove(executionId: string): Promise<void> {
    this.#heads.delete(executionId);
    await removeTree(executionDirectory(this.#dataDirectory, executionId));
    await removeTree(setAsideDirectory(this.#dataDirectory, executionId));
    for (const agent of ['claude', 'codex', 'acp'])
      await removeTree(join(this.#dataDirectory, agent, executionId));
  }

  /** Returns the current file, and what identifies it among others of that name; null: none. */
  async #find(executionId: string): Promise<{ path: string; identity: string; size: number } | null> {
    const path = this.#path(executionId);
    const stats = await lstat(path, { bigint: true }).catch(() => null);
    if (!stats?.isFile()) return null;
    return { path, identity: identityOf(stats), size: Number(stats.size) };
  }

  /** The head is read once for each file. */
  async #refuseOther(run: ArchivedRun, identity: string): Promise<void> {
    if (!this.#runs.has(identity)) await this.head(run.executionId);
    if (this.#runs.get(identity) !== runOf(run)) throw damaged('it is of another execution with this id');
  }

  #path(executionId: string): string {
    return join(executionDirectory(this.#dataDirectory, executionId), LAYOUT.archive);
  }
}

function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join('-');
}

function runOf({ epoch, head }: Pick<ArchivedRun, 'epoch' | 'head'>): string {
  return `${epoch} ${String(head)}`;
}

/** A worker that dies repeatedly while it archives must not fill the disk. */
async function removeOldDrafts(folder: string): Promise<void> {
  for (const name of (await namesIn(folder)) ?? []) {
    const draft = join(folder, name);
    const { mtimeMs } = await lstat(draft).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > LEFT_MS) await rm(draft, { force: true }).catch(() => undefined);
  }
}
