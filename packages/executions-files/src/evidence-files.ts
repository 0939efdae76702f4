import type { KeptFile } from '@cc-executor/contracts';
import {
  CARRIED,
  hashFile,
  LAYOUT,
  namesIn,
  openPlain,
  readPlain,
  replacePlain,
  pageOfReceipt,
  receiptName,
  receiptPageName,
  receiptsAmong,
  sha256,
} from '@cc-executor/evidence';
import type { OutputAddress } from '@cc-executor/executions';
import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { link, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { attemptDirectory, executionDirectory, setAsideDirectory } from './paths.ts';

/** The largest receipt, in bytes. */
const RECEIPT_BYTES = 128 * 1024 * 1024;

type Attempt = Omit<OutputAddress, 'stream'>;

/** Writes and reads the evidence of executions. */
export class EvidenceFiles {
  readonly #dataDirectory: string;

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
  }

  /**
   * Writes the receipt of an attempt, by the owner of this generation, and its page for people, which the receipt names.
   * Throws if a write fails.
   */
  writeReceipt(attempt: Attempt, generation: number, { text, page }: { text: string; page: string }): void {
    const folder = attemptDirectory(this.#dataDirectory, attempt);
    put(folder, receiptPageName(generation), page);
    put(folder, receiptName(generation), text);
  }

  /** Returns the folder with all files of an execution. */
  folder(executionId: string): string {
    return executionDirectory(this.#dataDirectory, executionId);
  }

  /** Returns whether there are files of an execution with this id. */
  async hasFiles(executionId: string): Promise<boolean> {
    return await isThere(this.folder(executionId));
  }

  /** Moves all files of an execution away; they are removed with the next execution that has its id. */
  async setAside(executionId: string): Promise<string> {
    const folder = setAsideDirectory(this.#dataDirectory, executionId);
    const place = join(folder, randomUUID());
    await mkdir(folder, { recursive: true });
    await rename(this.folder(executionId), place);
    return place;
  }

  /** Returns the receipt of an attempt with this hash; null: none. */
  async readReceipt(attempt: Attempt, hash: string | null): Promise<string | null> {
    const folder = attemptDirectory(this.#dataDirectory, attempt);
    for (const name of receiptsAmong((await namesIn(folder)) ?? [])) {
      const bytes = await readPlain(join(folder, name), RECEIPT_BYTES).catch(() => null);
      if (bytes && sha256(bytes) === hash) return bytes.toString();
    }
    return null;
  }

  /**
   * Has a task of an execution keep the files of an attempt of another one, from the first place where they are. Rejects
   * where they are at none. Does nothing where it has them.
   */
  async carry(places: readonly Attempt[], to: Omit<Attempt, 'attempt'>): Promise<void> {
    const target = attemptDirectory(this.#dataDirectory, { ...to, attempt: CARRIED });
    if (await isThere(target)) return;
    const draft = `${target}.${randomUUID()}`;
    for (const place of places) {
      const from = attemptDirectory(this.#dataDirectory, place);
      const names = await namesIn(from).catch(() => null);
      if (!names) continue;
      await mkdir(draft, { recursive: true });
      // Nothing is written to them any more.
      for (const name of names) await linkOrCopy(join(from, name), join(draft, name));
      await rename(draft, target);
      return;
    }
    const [of] = places;
    throw new Error(`The output of task ${String(to.task)} of execution ${of?.executionId ?? ''} is gone.`);
  }

  /** Writes the manifest of an execution and its signature. Throws if a write fails. */
  writeManifest(executionId: string, { manifest, signature }: { manifest: string; signature: string }): void {
    const folder = executionDirectory(this.#dataDirectory, executionId);
    put(folder, LAYOUT.manifest, manifest);
    put(folder, LAYOUT.signature, signature);
  }

  /** Writes the signature of an execution's archive. Throws if the write fails. */
  writeArchiveSignature(executionId: string, text: string): void {
    put(executionDirectory(this.#dataDirectory, executionId), LAYOUT.archiveSignature, text);
  }

  /**
   * Takes over the files of an attempt, except its receipts and their pages, from a lost worker, and returns what they are. They are
   * copies, so that the lost worker cannot change them through its open files.
   */
  async takeOver(attempt: Attempt): Promise<KeptFile[]> {
    const folder = attemptDirectory(this.#dataDirectory, attempt);
    const names = (await namesIn(folder).catch(() => null)) ?? [];
    const receipts = new Set(receiptsAmong(names).flatMap((name) => [name, pageOfReceipt(name)]));
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

async function isThere(path: string): Promise<boolean> {
  const there = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return there !== null;
}

/** Not every file system has hard links. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  const file = await openPlain(from);
  if (!file) return;
  await link(from, to).catch(async () => {
    await pipeline(file.createReadStream({ autoClose: false }), createWriteStream(to, { flags: 'wx' }));
  });
  await file.close();
}

/** Entries that are not files, or can't be copied, are left out. */
async function replaceByCopy(path: string): Promise<void> {
  const copy = `${path}.${randomUUID()}`;
  const file = await openPlain(path).catch(() => null);
  if (!file) return;
  try {
    // As far as it goes now: what still writes to it may never end. Closes both.
    const end = Math.max(0, (await file.stat()).size - 1);
    await pipeline(file.createReadStream({ end }), createWriteStream(copy, { flags: 'wx' }));
    await rename(copy, path);
  } catch {
    await rm(copy, { force: true });
  }
}

/** Writes a small file completely, or not at all. */
function put(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  replacePlain(join(folder, name), text);
}
