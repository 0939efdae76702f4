import type { StoredExecution } from '@cc-executor/executions';

/** What is kept, by the bytes that its lines have. */
const MAX_BYTES = 8 * 1024 * 1024;

interface Kept {
  file: string;
  head: StoredExecution;
  bytes: number;
}

/** The heads that were read last, of as many bytes as fit. */
export class HeadCache {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  /** The head of an execution, read from this very file; undefined: it is not kept. */
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
