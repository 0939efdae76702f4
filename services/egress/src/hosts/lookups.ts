import { within } from '@cc-executor/service-kit/within';

/** How many look-ups of one way run at a time: each keeps a thread of egress until the resolver gives up. */
const MOST_RUNNING = 4;
/** How many names of one way wait for their look-up. */
const MOST_WAITING = 256;
/** How long a name may take, with its wait for others. Milliseconds. */
const PATIENCE_MS = 10_000;

export interface Address {
  address: string;
  family: number;
}

/** Resolves a name as the system does, to all its addresses. Rejects with the code ENOTFOUND if it has none. */
export type Lookup = (name: string) => Promise<readonly Address[]>;

/** The addresses of a name; empty: it has none; or in a sentence why that is not known. */
export type Resolved = readonly Address[] | { unknown: string };

/** The look-ups of one way. A resolver that does not answer for its names keeps no threads from the other ways. */
export class Lookups {
  readonly #lookup: Lookup;
  readonly #patienceMs: number;
  readonly #pending = new Map<string, Promise<Resolved>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** `patienceMs`: how long a name may take. Default: ten seconds. */
  constructor(lookup: Lookup, { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {}) {
    this.#lookup = lookup;
    this.#patienceMs = patienceMs;
  }

  /** Looks a name up, once for all that wait for the same name. Never rejects. */
  async addressesOf(name: string): Promise<Resolved> {
    const pending = this.#pending.get(name) ?? this.#begin(name);
    const late = { unknown: `${name} was not resolved within ${String(this.#patienceMs / 1000)} s.` };
    return await within(pending, this.#patienceMs, late);
  }

  #begin(name: string): Promise<Resolved> {
    const found = this.#inTurn(name).finally(() => this.#pending.delete(name));
    this.#pending.set(name, found);
    return found;
  }

  async #inTurn(name: string): Promise<Resolved> {
    if (this.#waiting.length >= MOST_WAITING)
      return { unknown: `The task waits for the addresses of ${String(MOST_WAITING)} other names.` };
    // A look-up that ends hands its place over.
    if (this.#running >= MOST_RUNNING) await new Promise<void>((begin) => this.#waiting.push(begin));
    else this.#running += 1;
    try {
      return await this.#lookup(name);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      return code === 'ENOTFOUND' ? [] : { unknown: `${name} could not be resolved (${code}).` };
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
