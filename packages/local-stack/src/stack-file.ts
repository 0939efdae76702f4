import { readPlain } from '@cc-executor/evidence';
import { randomUUID } from 'node:crypto';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFailure } from '@cc-executor/service-kit';
import { identityOf, isRunning, type ProcessIdentity } from './children/process-identity.ts';

/** The content of `stack.json`, which describes the stack that uses the data directory. */
export interface StackRecord extends ProcessIdentity {
  /** The address of the API, like `http://127.0.0.1:8001`; null while it starts. */
  api: string | null;
  /** The address of the gateway, like `ws://127.0.0.1:8004`; null while it starts. */
  ws: string | null;
  processes: readonly (ProcessIdentity & { name: string })[];
}

/** The one stack that uses a data directory: its record is the lock. */
export class StackFile {
  readonly #path: string;
  readonly #ownPath: string;
  #record: StackRecord;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, record: StackRecord) {
    this.#path = path;
    this.#ownPath = `${path}.${randomUUID()}`;
    this.#record = record;
  }

  /**
   * Locks the data directory for this process. Returns the record of a stack that ended without releasing it, if
   * there is one; throws a sentence if a running stack has it.
   */
  static async take(dataDir: string): Promise<{ file: StackFile; left: StackRecord | null }> {
    const own = identityOf(process.pid) ?? { pid: process.pid, started: '' };
    const file = new StackFile(join(dataDir, 'stack.json'), { ...own, api: null, ws: null, processes: [] });
    await writeFile(file.#ownPath, file.#text(), { mode: 0o600 });
    try {
      return { file, left: await file.#takeFrom(null) };
    } finally {
      await rm(file.#ownPath, { force: true });
    }
  }

  /** Changes the content of the file; a failed write does not prevent the next one. */
  write(change: Partial<Pick<StackRecord, 'api' | 'ws' | 'processes'>>): Promise<void> {
    this.#record = { ...this.#record, ...change };
    const before = this.#writing.catch(() => undefined);
    this.#writing = before.then(async () => {
      await writeFile(this.#ownPath, this.#text(), { mode: 0o600 });
      await rename(this.#ownPath, this.#path);
    });
    return this.#writing;
  }

  /** Releases the data directory. */
  async release(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await rm(this.#path, { force: true });
  }

  /** A link is created only if there is none: of two concurrent tries, one wins. */
  async #takeFrom(left: StackRecord | null): Promise<StackRecord | null> {
    if (await succeeds(link(this.#ownPath, this.#path), 'EEXIST')) return left;
    const holder = await readRecord(this.#path);
    if (holder !== null && isRunning(holder)) throw alreadyRunning(holder);
    const dead = `${this.#ownPath}.dead`;
    if (await succeeds(rename(this.#path, dead), 'ENOENT')) await this.#checkDead(dead);
    return await this.#takeFrom(holder ?? left);
  }

  /** Another stack may have replaced the dead one between the check and the move: then its file is put back. */
  async #checkDead(dead: string): Promise<void> {
    const moved = await readRecord(dead);
    if (moved !== null && isRunning(moved)) {
      await succeeds(link(dead, this.#path), 'EEXIST');
      await rm(dead, { force: true });
      throw alreadyRunning(moved);
    }
    await rm(dead, { force: true });
  }

  #text(): string {
    return `${JSON.stringify(this.#record, null, 2)}\n`;
  }
}

function alreadyRunning({ pid, api }: StackRecord): StartFailure {
  const where = api === null ? '; it is starting' : ` at ${api}`;
  return new StartFailure(`cc-executor is already running (pid ${String(pid)})${where}.`);
}

/** The largest record, in bytes. */
const RECORD_BYTES = 64 * 1024;

/** Reads a `stack.json`; null if there is no readable one. */
export async function readRecord(path: string): Promise<StackRecord | null> {
  try {
    const bytes = await readPlain(path, RECORD_BYTES);
    return bytes && (JSON.parse(bytes.toString()) as StackRecord);
  } catch {
    return null;
  }
}

async function succeeds(act: Promise<unknown>, expected: string): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === expected) return false;
    throw error;
  }
}
