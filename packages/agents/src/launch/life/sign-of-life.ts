import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { lifeFile, ownershipFile, ownershipOf, type Ownership } from './life-files.ts';

const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;

/** A guardian's side of the shared folder. A folder that can't be used is the same as a guardian that is gone. */
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

  /** Says that the worker's processes may run; false: it can't be said. */
  beat(): boolean {
    this.#count += 1;
    this.#isThere = true;
    return attempt(() => {
      const file = this.#open();
      try {
        // In place and always of one length: that needs no room on a disk that is full. A reader that meets half of a
        // change sees a change.
        writeSync(file, `${this.#id} ${String(this.#count).padStart(12, '0')}\n`, 0);
      } finally {
        closeSync(file);
      }
    });
  }

  /** Says that nothing of the worker runs. */
  remove(): void {
    if (!this.#isThere) return;
    this.#isThere = false;
    this.#unlink(lifeFile(this.#worker));
  }

  /** The ownerships of this worker that somebody else asks for. */
  wanted(): Ownership[] {
    let names: string[] = [];
    attempt(() => {
      names = readdirSync(this.#folder);
    });
    return names
      .map((name) => ownershipOf(name))
      .filter((found) => found?.kind === 'wanted' && found.owner === this.#worker)
      .filter((found) => found !== null);
  }

  /** Answers a request; `yields`: nothing of the execution runs here, and nothing will. */
  answer(wanted: Ownership, yields: boolean): void {
    if (yields)
      attempt(() => writeFileSync(join(this.#folder, ownershipFile(wanted, 'yielded')), '', { mode: 0o600 }));
    this.#unlink(ownershipFile(wanted, 'wanted'));
  }

  /** Opens the file, and waits for no pipe in its place; makes it, and the folder if that was removed. */
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
