import type { KeptFile } from '@cc-executor/contracts';
import { hashFile, LAYOUT, openPlain, receiptName, receiptsAmong } from '@cc-executor/evidence';
import type { OutputAddress } from '@cc-executor/executions';
import { randomUUID } from 'node:crypto';
import { constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptDirectory, executionDirectory } from './paths.ts';

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

  /** The receipt of an attempt, as it is on disk; null: there is none. */
  async readReceipt(attempt: Attempt): Promise<string | null> {
    const folder = attemptDirectory(this.#dataDirectory, attempt);
    const [name] = receiptsAmong(await readdir(folder).catch(() => []));
    const file = name === undefined ? null : await openPlain(join(folder, name));
    if (!file) return null;
    try {
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  }

  /** Writes what an execution comes to, and who vouches for it. Throws when the disk refuses. */
  writeManifest(executionId: string, { manifest, signature }: { manifest: string; signature: string }): void {
    const folder = executionDirectory(this.#dataDirectory, executionId);
    put(folder, LAYOUT.manifest, manifest);
    put(folder, LAYOUT.signature, signature);
  }

  /**
   * Takes over what is on disk of an attempt but its receipts, from a worker that was lost, and gives what it is: as
   * copies, so that nothing changes them which that one still writes to the files that it has open.
   */
  async takeOver(attempt: Attempt): Promise<KeptFile[]> {
    const folder = attemptDirectory(this.#dataDirectory, attempt);
    const names = await readdir(folder).catch(() => []);
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

/** The whole of a small file, or nothing of it. */
function put(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(path, text);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}
