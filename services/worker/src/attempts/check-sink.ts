import type { AgentSink, Pause } from '@cc-executor/agents';
import type { AttemptFiles, CheckFile } from '@cc-executor/executions-files';

/** The size of the end that is kept in memory, in bytes. */
const TAIL_BYTES = 16 * 1024;

/** Receives the output of a check: all of it goes to disk, and the end is kept in memory. */
export class CheckSink implements AgentSink {
  /** The silence of a check counts. */
  readonly toolIsOpen = false;
  readonly file: CheckFile;
  readonly #files: Pick<AttemptFiles, 'check'>;
  readonly #onLife: () => void;
  #bytes = 0;
  #tail: Buffer = Buffer.alloc(0);

  constructor(files: Pick<AttemptFiles, 'check'>, file: CheckFile, onLife: () => void) {
    this.#files = files;
    this.file = file;
    this.#onLife = onLife;
  }

  /** The size of its output. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns the end of its output, at most this many bytes; a character that the limit cuts is left out. */
  tail(bytes = TAIL_BYTES): string {
    const end = this.#tail.subarray(-bytes);
    const isWhole = end.length === this.#bytes;
    const first = isWhole ? 0 : end.findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000);
    return end.subarray(Math.max(0, first)).toString('utf8');
  }

  output(_: 'stdout' | 'stderr', chunk: Buffer): Pause {
    this.#onLife();
    this.#bytes += chunk.length;
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    return this.#files.check(this.file, chunk);
  }

  given(): void {
    // A check is named where it is reported.
  }

  event(): Pause {
    this.#onLife();
    return undefined;
  }

  alive(): void {
    this.#onLife();
  }

  message(): Pause {
    return undefined;
  }

  async finish(): Promise<void> {
    // No backpressure.
  }
}
