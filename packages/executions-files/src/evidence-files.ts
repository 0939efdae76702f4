import type { KeptFile } from '@cc-executor/contracts';
import {
  hashFile,
  LAYOUT,
  namesIn,
  replacePlain,
  readPlain,
  receiptName,
  receiptsAmong,
  sha256,
} from '@cc-executor/evidence';
import type { OutputAddress } from '@cc-executor/executions';
import { randomUUID } from 'node:crypto';
import { constants, mkdirSync } from 'node:fs';
import { copyFile, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptDirectory, executionDirectory, setAsideDirectory } from './paths.ts';

/** No receipt is longer, in bytes. */
const RECEIPT_BYTES = 128 * 1024 * 1024;

type Attempt = Omit<OutputAddress, 'stream'>;

/** Where the evidence of executions is written and read. */
export class EvidenceFiles {
  readonly #dataDirectory: string;

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
  }

  /** Writes the receipt that the owner of this generation gives an attempt. Throws when the disk refuses. */
  writeReceipt(attempt: Attempt, generation: number, text: string): void {
    put(attemptDirectory(this.#dataDirectory, attempt), receiptName(generation), text);
  }

  /** The folder of everything that is kept of an execution. */
  folder(executionId: string): string {
    return executionDirectory(this.#dataDirectory, executionId);
  }

  /** Returns whether anything is kept of an execution with this id. */
  async hasFiles(executionId: string): Promise<boolean> {
    const there = await lstat(this.folder(executionId)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return there !== null;
  }

  /** Moves everything that is kept of an execution out of the way; it is removed with the next one that has its id. */
  async setAside(executionId: string): Promise<string> {
    const folder = setAsideDirectory(this.#dataDirectory, executionId);
    const place = join(folder, randomUUID());
    await mkdir(folder, { recursive: true });
    await rename(this.folder(executionId), place);
    return place;
  }

  /** Returns the receipt of an attempt that has this hash; null: there is none. */
  async readReceipt(attempt: Attempt, hash: string | null): Promise<string | null> {
    const folder = attemptDirectory(this.#dataDirectory, attempt);
    for (const name of receiptsAmong((await namesIn(folder)) ?? [])) {
      const bytes = await readPlain(join(folder, name), RECEIPT_BYTES).catch(() => null);
      if (bytes && sha256(bytes) === hash) return bytes.toString();
    }
    return null;
  }

  /** Writes what an execution comes to, and who vouches for it. Throws when the disk refuses. */
  writeManifest(executionId: string, { manifest, signature }: { manifest: string; signature: string }): void {
    const folder = executionDirectory(this.#dataDirectory, executionId);
    put(folder, LAYOUT.manifest, manifest);
    put(folder, LAYOUT.signature, signature);
  }

  /** Writes who vouches for the archive of an execution. Throws when the disk refuses. */
  writeArchiveSignature(executionId: string, text: string): void {
    put(executionDirectory(this.#dataDirectory, executionId), LAYOUT.archiveSignature, text);
  }

  /**
   * Takes over what is on disk of an attempt but its receipts, from a worker that was lost, and gives what it is: as
   * copies, so that nothing changes them which that one still writes to the files that it has open.
   */
  async takeOver(attempt: Attempt): Promise<KeptFile[]> {
    const folder = attemptDirectory(this.#dataDirectory, attempt);
    const names = (await namesIn(folder).catch(() => null)) ?? [];
    const receipts = new Set(receiptsAmong(names));
    const kept: KeptFile[] = [];
    for (const name of names.filter((each) => !receipts.has(each)).toSorted()) {
      const path = join(folder, name);
      await replaceByCopy(path);
      const found = await hashFile(path).catch(() => null);
      if (found) kept.push({ name, ...found });
    }
    return kept;
  }
}

/** What can't be copied, and what is no file, stays as it is. */
async function replaceByCopy(path: string): Promise<void> {
  const copy = `${path}.${randomUUID()}`;
  try {
    if (!(await lstat(path)).isFile()) return;
    await copyFile(path, copy, constants.COPYFILE_FICLONE);
    await rename(copy, path);
  } catch {
    await rm(copy, { force: true });
  }
}

/** Writes the whole of a small file, or nothing of it. */
function put(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  replacePlain(join(folder, name), text);
}
