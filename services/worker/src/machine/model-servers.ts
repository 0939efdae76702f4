import type { ServerCheck } from '@cc-executor/contracts';
import { askServer } from './ask-server.ts';

export interface ModelServersOptions {
  /** The environment whose proxies are used. */
  env: Readonly<Record<string, string>>;
  /** How long a check counts, in milliseconds; default: a minute. */
  freshMs?: number;
  /** How long a server has to answer, in milliseconds; default: 5 seconds. */
  patienceMs?: number;
}

interface Known {
  /** null: it is being asked for the first time. */
  check: ServerCheck | null;
  /** When it is asked again, by `performance.now()`; Infinity: it is being asked. */
  askAt: number;
}

/** The servers of models are named by settings; this bounds what a file that changes all the time can leave here. */
const MOST = 64;

/** Finds out whether the servers of models can be reached from here, by a request that costs nothing and has no credential. */
export class ModelServers {
  readonly #options: Required<ModelServersOptions>;
  readonly #known = new Map<string, Known>();
  readonly #closed = new AbortController();

  constructor(options: ModelServersOptions) {
    this.#options = { freshMs: 60_000, patienceMs: 5000, ...options };
  }

  /** Returns what is known of the server at this base address; null: it is being asked, or `null` was given. Does not throw. */
  look(address: string | null): ServerCheck | null {
    if (address === null) return null;
    const known = this.#known.get(address) ?? { check: null, askAt: 0 };
    if (performance.now() >= known.askAt && !this.#closed.signal.aborted) this.#ask(address, known);
    return known.check;
  }

  /** Ends the requests under way. */
  close(): void {
    this.#closed.abort();
  }

  #keep(address: string, known: Known): void {
    const [oldest] = this.#known.keys();
    const isFull = this.#known.size >= MOST && !this.#known.has(address);
    if (isFull && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(address, known);
  }

  #ask(address: string, known: Known): void {
    this.#keep(address, known);
    known.askAt = Infinity;
    const keep = (check: Omit<ServerCheck, 'checked_at'>) => {
      known.check = { ...check, checked_at: new Date().toISOString() };
      known.askAt = performance.now() + this.#options.freshMs;
    };
    const url = URL.parse(address);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      keep({ origin: null, status: 'unreachable', message: 'The address of its server is not an HTTP URL.' });
      return;
    }
    askServer(url, { ...this.#options, signal: this.#closed.signal })
      .then((seen) => keep({ origin: url.origin, ...seen }))
      // It never rejects; if it did, the server would never be asked again.
      .catch((error: Error) => keep({ origin: url.origin, status: 'unreachable', message: error.message }));
  }
}
