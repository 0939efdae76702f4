import { readPlain } from '@cc-executor/evidence';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lifeFile, ownershipFile, ownershipOf, type Ownership } from './life-files.ts';

/** What a worker's guardian says of an ownership. `moves`: the worker's processes may run; `none`: nothing is heard. */
export type LifeSign = 'moves' | 'yielded' | 'none';

/** A file that nobody has changed for so long was left by a guardian that was killed. Milliseconds. */
const LEFT_MS = 60_000;
/** No sign of life is longer, in bytes. */
const LIFE_BYTES = 4096;

/** A sweeper's side of the shared folder. Time is what it has lived through itself between two looks. */
export class SignsOfLife {
  readonly #folder: string;
  readonly #stillMs: number;
  readonly #lives = new Map<string, { text: string; stillMs: number }>();
  #names: ReadonlySet<string> = new Set();

  /** `stillMs`: a file that stands still for so long is no sign of life any more. */
  constructor(folder: string, stillMs: number) {
    this.#folder = folder;
    this.#stillMs = stillMs;
  }

  /**
   * Looks at everything, `step` milliseconds after the look before, and removes what belongs to none of the ownerships
   * that there are. Rejects when the folder can't be read.
   */
  async look(step: number, held: readonly Ownership[]): Promise<void> {
    this.#names = new Set(await readdir(this.#folder).catch(noneWhereMissing));
    for (const name of this.#lives.keys()) if (!this.#names.has(name)) this.#lives.delete(name);
    const known = new Set(
      held.flatMap((one) => [ownershipFile(one, 'wanted'), ownershipFile(one, 'yielded')]),
    );
    for (const name of this.#names) {
      if (name.endsWith('.life')) await this.#lookAt(name, step);
      else if (ownershipOf(name) !== null && !known.has(name)) await this.#remove(name);
    }
  }

  of(ownership: Ownership): LifeSign {
    if (this.#names.has(ownershipFile(ownership, 'yielded'))) return 'yielded';
    const life = this.#lives.get(lifeFile(ownership.owner));
    return life !== undefined && life.stillMs < this.#stillMs ? 'moves' : 'none';
  }

  /** Asks the guardian of an owner whether it can give up; it is asked once at a time. */
  async request(ownership: Ownership): Promise<void> {
    const name = ownershipFile(ownership, 'wanted');
    if (!this.#names.has(name)) await writeFile(join(this.#folder, name), '', { mode: 0o600 });
  }

  /** The ownership has ended. */
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

  /** What can't be removed, as on a disk that is read-only, is left: it must not keep anybody from looking. */
  async #remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true }).catch(() => undefined);
  }
}

function noneWhereMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
