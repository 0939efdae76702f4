import { readPlain } from '@cc-executor/evidence';
import { randomUUID } from 'node:crypto';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFailure } from '@cc-executor/service-kit';
import { identityOf, isRunning, type ProcessIdentity } from './children/process-identity.ts';

/** What `stack.json` in the data directory says of the stack that uses it. */
export interface StackRecord extends ProcessIdentity {
  /** Where the API answers, like `http://127.0.0.1:8001`; null while it starts. */
  api: string | null;
  /** Where the gateway answers, like `ws://127.0.0.1:8004`; null while it starts. */
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
   * Takes the data directory for this process. Gives the record of a stack that ended without giving it back, if
   * there is one; throws a sentence when a stack that runs has it.
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

  /** Changes what the file says; after a write that failed the next one is tried all the same. */
  write(change: Partial<Pick<StackRecord, 'api' | 'ws' | 'processes'>>): Promise<void> {
    this.#record = { ...this.#record, ...change };
    const before = this.#writing.catch(() => undefined);
    this.#writing = before.then(async () => {
      await writeFile(this.#ownPath, this.#text(), { mode: 0o600 });
      await rename(this.#ownPath, this.#path);
    });
    return this.#writing;
  }

  /** Gives the data directory back. */
  async release(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await rm(this.#path, { force: true });
  }

  /** A link is made only where there is none: of two that try at once, one wins. */
  async #takeFrom(left: StackRecord | null): Promise<StackRecord | null> {
    if (await succeeds(link(this.#ownPath, this.#path), 'EEXIST')) return left;
    const holder = await readRecord(this.#path);
    if (holder !== null && isRunning(holder)) throw alreadyRunning(holder);
    const dead = `${this.#ownPath}.dead`;
    if (await succeeds(rename(this.#path, dead), 'ENOENT')) await this.#checkDead(dead);
    return await this.#takeFrom(holder ?? left);
  }

  /** Somebody may have taken the place of the dead stack between the look and the move: then it is put back. */
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

/** No record is longer, in bytes. */
const RECORD_BYTES = 64 * 1024;

/** What a `stack.json` says; null when there is none that can be read. */
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
