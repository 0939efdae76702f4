import { createHash, randomUUID, type Hash } from 'node:crypto';
import { closeSync, lstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createDeflate, deflateSync, type Deflate } from 'node:zlib';

export type ObjectType = 'blob' | 'commit' | 'tree';

/** Source files gain nothing from more: each takes whole blocks of the disk until it is packed. */
const LEVEL = 1;

/** The most bytes that deflating adds to a content. */
const MORE_BYTES = 64;

/** Compresses what is stored of an object. The usual 16 KiB for each result would leave gigabytes behind large workspaces. */
export function deflated(data: Buffer): Buffer {
  return deflateSync(data, { level: LEVEL, chunkSize: data.length + MORE_BYTES });
}

/** Starts the id of an object of `size` bytes; update it with the content. */
export function objectHash(type: ObjectType, size: number): Hash {
  return createHash('sha1').update(`${type} ${String(size)}\0`);
}

/** Writes objects as git has them, one file for each, whole or not at all. */
export class LooseObjects {
  readonly #folder: string;
  readonly #mark = randomUUID();
  #drafts = 0;

  /** `repository`: the path of a bare repository. */
  constructor(repository: string) {
    this.#folder = join(repository, 'objects');
  }

  /** Writes an object. */
  write(type: ObjectType, id: string, content: Buffer): void {
    const header = Buffer.from(`${type} ${String(content.length)}\0`);
    const data = deflated(Buffer.concat([header, content]));
    // One of another length was cut off by a power failure, and would stay damaged.
    if (lstatSync(this.#path(id), { throwIfNoEntry: false })?.size === data.length) return;
    // In the folder where it stays: file systems spread folders, and are slow where one gets everything.
    const draft = this.#draft(this.#folderOf(id));
    const file = openSync(draft, 'wx', 0o444);
    try {
      writeAll(file, data);
    } catch (error) {
      // The disk may be full.
      rmSync(draft, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
    renameSync(draft, this.#path(id));
  }

  /** Starts a blob of `size` bytes that is too large to be held in memory. */
  begin(size: number): LargeBlob {
    const draft = this.#draft(this.#folder);
    return new LargeBlob(draft, size, (id) => {
      this.#folderOf(id);
      renameSync(draft, this.#path(id));
    });
  }

  #draft(folder: string): string {
    this.#drafts += 1;
    // git removes what has such a name when it prunes.
    return join(folder, `tmp_obj_${this.#mark}-${String(this.#drafts)}`);
  }

  /** Pruning removes folders that have become empty. */
  #folderOf(id: string): string {
    const folder = join(this.#folder, id.slice(0, 2));
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  #path(id: string): string {
    return join(this.#folder, id.slice(0, 2), id.slice(2));
  }
}

/** A blob that is written piece by piece. */
export class LargeBlob {
  readonly #draft: string;
  readonly #file: number;
  readonly #hash: Hash;
  readonly #deflate: Deflate;
  readonly #written: Promise<void>;
  readonly #keep: (id: string) => void;

  constructor(draft: string, size: number, keep: (id: string) => void) {
    this.#draft = draft;
    this.#file = openSync(draft, 'wx', 0o444);
    this.#hash = objectHash('blob', size);
    this.#keep = keep;
    this.#deflate = createDeflate({ level: LEVEL });
    this.#written = this.#write();
    this.#written.catch(() => undefined);
    this.#deflate.write(`blob ${String(size)}\0`);
  }

  /** Adds a piece; the piece may be used again when it resolves. */
  async add(piece: Buffer): Promise<void> {
    this.#hash.update(piece);
    await new Promise<void>((resolve, reject) => {
      this.#deflate.write(piece, (error) => {
        if (error) reject(error);
        else resolve();
      });
      this.#written.catch(reject);
    });
  }

  /** Returns the id of the whole blob, which is stored then. */
  async end(): Promise<string> {
    this.#deflate.end();
    await this.#written;
    const id = this.#hash.digest('hex');
    this.#keep(id);
    return id;
  }

  /** Removes what was written. */
  async drop(): Promise<void> {
    this.#deflate.destroy();
    await this.#written.catch(() => undefined);
    rmSync(this.#draft, { force: true });
  }

  async #write(): Promise<void> {
    try {
      for await (const data of this.#deflate as AsyncIterable<Buffer>) writeAll(this.#file, data);
    } finally {
      closeSync(this.#file);
    }
  }
}

/** A call may write less than it was given. */
export function writeAll(file: number, data: Buffer): void {
  for (let at = 0; at < data.length;) at += writeSync(file, data, at);
}
