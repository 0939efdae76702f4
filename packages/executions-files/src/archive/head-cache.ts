import type { StoredExecution } from '@cc-executor/executions';

/** The size of the cache, in bytes of the cached lines. */
const MAX_BYTES = 8 * 1024 * 1024;

interface Kept {
  file: string;
  head: StoredExecution;
  bytes: number;
}

/** Keeps the most recently read heads, up to the size of the cache. */
export class HeadCache {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  /** Returns the head of an execution if it was read from exactly this file; undefined: not cached. */
  get(id: string, file: string): StoredExecution | undefined {
    const kept = this.#kept.get(id);
    return kept?.file === file ? kept.head : undefined;
  }

  set(id: string, kept: Kept): void {
    this.delete(id);
    this.#kept.set(id, kept);
    this.#bytes += kept.bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MAX_BYTES) break;
      this.delete(oldest);
    }
  }

  delete(id: string): void {
    this.#bytes -= this.#kept.get(id)?.bytes ?? 0;
    this.#kept.delete(id);
  }
}
