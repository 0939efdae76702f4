import type { AgentSink, Pause } from '@cc-executor/agents';
import type { AttemptFiles, CheckFile } from '@cc-executor/executions-files';

/** So much of the end is kept at hand, in bytes. */
const TAIL_BYTES = 16 * 1024;

/** Takes what a check prints: all of it to disk, and the end of it at hand. */
export class CheckSink implements AgentSink {
  /** Its silence counts. */
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

  /** How much it has printed. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The end of what it printed, at most so many bytes of it; a character that the limit cuts is left out. */
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
    // A check is named where it is told of.
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
    // Nothing is kept back.
  }
}
