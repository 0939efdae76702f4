import { namesIn, readPlain, replacePlain } from '@cc-executor/evidence/plain-files';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endFile, lifeFile, ownershipFile, ownershipOf, type Ownership } from './life-files.ts';

/**
 * The report of a worker's guardian about an ownership. `moves`: the worker's processes may run; `yielded`: it has given it up
 * or ended; `none`: no report.
 */
export type LifeSign = 'moves' | 'yielded' | 'none';

/** A file that is unchanged for this long was left by a killed guardian. Milliseconds. */
const LEFT_MS = 60_000;
/** The largest sign of life, in bytes. */
const LIFE_BYTES = 4096;

/** The sweeper's side of the shared folder. Time is measured by its own monotonic clock between two looks. */
export class SignsOfLife {
  readonly #folder: string;
  readonly #stillMs: number;
  readonly #lives = new Map<string, { text: string; stillMs: number }>();
  #names: ReadonlySet<string> = new Set();

  /** `stillMs`: a file that is unchanged for this long is not a sign of life any more. */
  constructor(folder: string, stillMs: number) {
    this.#folder = folder;
    this.#stillMs = stillMs;
  }

  /**
   * Reads all files, `step` milliseconds after the previous look, and removes those that belong to none of the ownerships
   * given. Rejects if the folder cannot be read.
   */
  async look(step: number, held: readonly Ownership[]): Promise<void> {
    this.#names = new Set((await namesIn(this.#folder)) ?? []);
    for (const name of this.#lives.keys()) if (!this.#names.has(name)) this.#lives.delete(name);
    const known = new Set(
      held.flatMap((one) => [ownershipFile(one, 'wanted'), ownershipFile(one, 'yielded')]),
    );
    const owners = new Set(held.map(({ owner }) => endFile(owner)));
    for (const name of this.#names) {
      if (name.endsWith('.life')) await this.#lookAt(name, step);
      else if (name.endsWith('.ended') && !owners.has(name)) await this.#remove(name);
      else if (ownershipOf(name) !== null && !known.has(name)) await this.#remove(name);
    }
  }

  of(ownership: Ownership): LifeSign {
    if (this.#names.has(endFile(ownership.owner))) return 'yielded';
    if (this.#names.has(ownershipFile(ownership, 'yielded'))) return 'yielded';
    const life = this.#lives.get(lifeFile(ownership.owner));
    return life !== undefined && life.stillMs < this.#stillMs ? 'moves' : 'none';
  }

  /** Asks the guardian of an owner to give up; one request at a time. */
  async request(ownership: Ownership): Promise<void> {
    const name = ownershipFile(ownership, 'wanted');
    if (!this.#names.has(name)) replacePlain(join(this.#folder, name), '', 0o600);
  }

  /** Removes the files of an ownership that has ended. */
  async forget(ownership: Ownership): Promise<void> {
    await this.#remove(ownershipFile(ownership, 'wanted'));
    await this.#remove(ownershipFile(ownership, 'yielded'));
  }

  async #lookAt(name: string, step: number): Promise<void> {
    const bytes = await readPlain(join(this.#folder, name), LIFE_BYTES).catch(() => null);
    const text = bytes && bytes.toString();
    if (text === null) {
      this.#lives.delete(name);
      return;
    }
    const before = this.#lives.get(name);
    const stillMs = before?.text === text ? before.stillMs + step : 0;
    this.#lives.set(name, { text, stillMs });
    if (stillMs > LEFT_MS) await this.#remove(name);
  }

  /** A file that cannot be removed, as on a read-only disk, stays: it must not stop the sweeper. */
  async #remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true }).catch(() => undefined);
  }
}
