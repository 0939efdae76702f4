import { toLine, type StoredEvent, type StoredExecution } from '@cc-executor/executions';
import { createHash } from 'node:crypto';

/** Returns the line of an archive with the record and the state. */
export function headLine(execution: StoredExecution): Buffer {
  return Buffer.from(`${JSON.stringify(execution)}\n`);
}

/** Computes the length and the SHA-256 of the text of an archive, without compressing it. */
export class TextDigest {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(execution: StoredExecution) {
    this.#take(headLine(execution));
  }

  /** Adds the next event, and returns its line. */
  add(event: StoredEvent): Buffer {
    return this.#take(Buffer.from(`${toLine(event)}\n`));
  }

  /** Call it once, at the end. */
  result(): { bytes: number; sha256: string } {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  #take(line: Buffer): Buffer {
    this.#hash.update(line);
    this.#bytes += line.length;
    return line;
  }
}
