/** Reading from a client pauses above this size of unanswered messages. Bytes. */
const MAX_BYTES = 256 * 1024;
/** The overhead of a message, so that empty ones count too. Bytes. */
const MESSAGE_BYTES = 128;

export interface InboxOptions {
  /** Stops reading from the client, until `resume`. */
  pause: () => void;
  resume: () => void;
  /** Resolves when the client can receive an answer. */
  drained: () => Promise<void>;
  /** Called when a handler rejects; no further message is handled after that. */
  onFailure: (error: unknown) => void;
}

/** Handles one message. `null` stands for a message that is not text. */
export type MessageHandler = (text: string | null) => Promise<void>;

/**
 * The messages of one client: handled one at a time, in order, and only while the client reads the answers. Waiting
 * messages are bounded: above the bound, reading from the client pauses until enough are handled.
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

  /** True while reading from the client is paused. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Adds a message. null: a message that is not text. */
  push(message: Buffer | null): void {
    this.#waiting.push(message);
    this.#count(bytesOf(message));
    this.#work().catch(this.#options.onFailure);
  }

  /** Sets the handler for messages, including those that already wait. */
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
