/** A client that has more than this unanswered is not read any further. Bytes. */
const MAX_BYTES = 256 * 1024;
/** What a message takes beside its text: empty ones count too. Bytes. */
const MESSAGE_BYTES = 128;

export interface InboxOptions {
  /** Stops reading from the client, until `resume`. */
  pause: () => void;
  resume: () => void;
  /** Resolves when the client has room for an answer. */
  drained: () => Promise<void>;
  /** Called when a handler rejects; then no further message is handled. */
  onFailure: (error: unknown) => void;
}

/** Handles one message. `null` stands for a message that is not text. */
export type MessageHandler = (text: string | null) => Promise<void>;

/**
 * The messages of one client: handled one at a time, in their order, and only while the client reads the answers. What
 * waits is bounded: above the bound the client is not read until enough is handled.
 */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #waiting: (Buffer | null)[] = [];
  #bytes = 0;
  #isPaused = false;
  #isWorking = false;
  #handle: MessageHandler | undefined;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** True while the client is not read. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Adds a message; null: one that is not text. */
  push(message: Buffer | null): void {
    this.#waiting.push(message);
    this.#count(bytesOf(message));
    this.#work().catch(this.#options.onFailure);
  }

  /** Sets what handles messages, those included that wait already. */
  onMessage(handle: MessageHandler): void {
    this.#handle = handle;
    this.#work().catch(this.#options.onFailure);
  }

  async #work(): Promise<void> {
    if (this.#isWorking || !this.#handle) return;
    this.#isWorking = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await this.#options.drained();
      await this.#handle(next && next.toString('utf8'));
      this.#count(-bytesOf(next));
    }
    this.#isWorking = false;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < MAX_BYTES === !this.#isPaused) return;
    this.#isPaused = !this.#isPaused;
    if (this.#isPaused) this.#options.pause();
    else this.#options.resume();
  }
}

function bytesOf(message: Buffer | null): number {
  return MESSAGE_BYTES + (message?.length ?? 0);
}
