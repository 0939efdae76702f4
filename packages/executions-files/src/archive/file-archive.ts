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

/** A draft that nobody has written to for so long was left by a process that died. Milliseconds. */
const LEFT_MS = 10 * 60_000;

/** So many are unpacked at a time: each takes a thread of the few that Node has. */
const PAGES_AT_ONCE = 3;

/**
 * Ended executions, one compressed file each: a line with the record and the state, then a line for each event. A file
 * that somebody else may have put there: it is never read whole, and what it says of itself is compared.
 */
export class FileArchive implements Archive {
  readonly #dataDirectory: string;
  readonly #heads = new HeadCache();
  /** Which run each file is of. */
  readonly #runs = new KnownRuns();
  readonly #cursors = new IdleCursors();
  /** What a head becomes is large: one at a time. */
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
    // Flushed before it is closed: its name must never stand for what is not on the disk yet.
    const file = createWriteStream(draft, { flags: 'wx', flush: true });
    try {
      const { promise: written, resolve } = Promise.withResolvers<ArchiveDigest>();
      await pipeline(async function* () {
        resolve(yield* archiveBytes(execution, pages));
      }, file);
      await seal(await written);
      // It appears whole, or not at all; and the folder remembers it after a power cut.
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
      // What was opened counts: another file may stand there since.
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
    await removeTree(join(this.#dataDirectory, 'claude', executionId));
  }

  /** The file as it lies there now, and what tells it from another one of that name; null: there is none. */
  async #find(executionId: string): Promise<{ path: string; identity: string; size: number } | null> {
    const path = this.#path(executionId);
    const stats = await lstat(path, { bigint: true }).catch(() => null);
    if (!stats?.isFile()) return null;
    return { path, identity: identityOf(stats), size: Number(stats.size) };
  }

  /** Its head is read once for each file. */
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

/** So that a worker that dies again and again while it archives something does not fill the disk. */
async function removeOldDrafts(folder: string): Promise<void> {
  for (const name of (await namesIn(folder)) ?? []) {
    const draft = join(folder, name);
    const { mtimeMs } = await lstat(draft).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > LEFT_MS) await rm(draft, { force: true }).catch(() => undefined);
  }
}
