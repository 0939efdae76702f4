import { namesInSync, replacePlain } from '@cc-executor/evidence/plain-files';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { endFile, lifeFile, ownershipFile, ownershipOf, type Ownership } from './life-files.ts';

const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;

/** The guardian's side of the shared folder. An unusable folder has the same effect as a dead guardian. */
export class SignOfLife {
  readonly #folder: string;
  readonly #worker: string;
  readonly #id = randomUUID();
  #count = 0;
  #isThere = true; // perhaps, of a guardian before

  constructor(folder: string, worker: string) {
    this.#folder = folder;
    this.#worker = worker;
  }

  /** Writes that the worker's processes may run; false: it could not be written. */
  beat(): boolean {
    this.#count += 1;
    this.#isThere = true;
    return attempt(() => {
      const file = this.#open();
      try {
        // Written in place and with a fixed length, which needs no space on a full disk. A reader that meets half of a
        // change sees a change.
        writeSync(file, `${this.#id} ${String(this.#count).padStart(12, '0')}\n`, 0);
      } finally {
        closeSync(file);
      }
    });
  }

  /** Writes that nothing of the worker runs. */
  remove(): void {
    if (!this.#isThere) return;
    this.#isThere = false;
    this.#unlink(lifeFile(this.#worker));
  }

  /** Writes that the worker has ended, that nothing of it is left, and that it gives up what it owned. */
  end(): void {
    attempt(() => replacePlain(join(this.#folder, endFile(this.#worker)), '', 0o600));
  }

  /** Returns the ownerships of this worker that a sweeper requests. */
  wanted(): Ownership[] {
    let names: string[] = [];
    attempt(() => {
      names = namesInSync(this.#folder);
    });
    return names
      .map((name) => ownershipOf(name))
      .filter((found) => found?.kind === 'wanted' && found.owner === this.#worker)
      .filter((found) => found !== null);
  }

  /** Answers a request. `yields`: nothing of the execution runs here, and nothing will. */
  answer(wanted: Ownership, yields: boolean): void {
    if (yields) attempt(() => replacePlain(join(this.#folder, ownershipFile(wanted, 'yielded')), '', 0o600));
    this.#unlink(ownershipFile(wanted, 'wanted'));
  }

  /** Opens the file without blocking on a pipe in its place; creates it, and its folder if that was removed. */
  #open(): number {
    const open = () =>
      openSync(
        join(this.#folder, lifeFile(this.#worker)),
        O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK,
        0o600,
      );
    try {
      return open();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      mkdirSync(this.#folder, { mode: 0o700 });
      return open();
    }
  }

  #unlink(name: string): void {
    attempt(() => rmSync(join(this.#folder, name), { force: true }));
  }
}

function attempt(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false; // the file stands still then, as it does when its guardian is gone
  }
}
