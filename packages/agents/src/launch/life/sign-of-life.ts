import { randomUUID } from 'node:crypto';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lifeFile, ownershipFile, ownershipOf, type Ownership } from './life-files.ts';

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

  /** Says that the worker's processes may run. */
  beat(): void {
    this.#count += 1;
    this.#isThere = true;
    const path = join(this.#folder, lifeFile(this.#worker));
    attempt(() => {
      writeFileSync(`${path}.new`, `${this.#id} ${String(this.#count)}\n`, { mode: 0o600 });
      renameSync(`${path}.new`, path);
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

  #unlink(name: string): void {
    attempt(() => rmSync(join(this.#folder, name), { force: true }));
  }
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // The file stands still then, as it does when its guardian is gone.
  }
}
