import type { Piece } from '../engine/demux.ts';

/** The limit of waiting output above which the process is held. Bytes. */
const MOST_WAITING_BYTES = 1024 * 1024;
/** The limit above which nothing is read until the process is frozen. Bytes. */
const MOST_BYTES = 32 * 1024 * 1024;
/** The limit of unread output of a process that is being killed. Bytes. */
const MOST_LEFT_BYTES = 16 * 1024 * 1024;

/** Receives the output. While a returned promise is pending, it takes no more. */
export type OutputReceiver = (piece: Piece) => Promise<void> | undefined;

/**
 * The output of a process on its way to a reader that may be slow. It is read from the engine all the same: two seconds after the
 * end of a process the engine gives up what was not taken. A process whose reader is slow is held instead, and so can't end.
 */
export class Output {
  readonly #take: OutputReceiver;
  readonly #hold: (held: boolean) => Promise<unknown>;
  readonly #pieces: Piece[] = [];
  readonly #killing = Promise.withResolvers<void>();
  #bytes = 0;
  #isHeld = false;
  #mayHold = true;
  #isKilling = false;
  #leftBytes = MOST_LEFT_BYTES;
  #isHanding = false;
  #handed: Promise<void> = Promise.resolve();
  #room = Promise.withResolvers<void>();

  /** `hold`: freezes the process, or resumes it. It resolves when that is done, or can't be done. */
  constructor(take: OutputReceiver, hold: (held: boolean) => Promise<unknown>) {
    this.#take = take;
    this.#hold = hold;
  }

  /** Takes a piece. While a returned promise is pending, read no more. */
  add(piece: Piece): Promise<unknown> | undefined {
    if (this.#isKilling && (this.#leftBytes -= piece.chunk.length) < 0) return undefined;
    this.#pieces.push(piece);
    this.#bytes += piece.chunk.length;
    if (!this.#isHanding) this.#handed = this.#hand();
    // Where it could not be held, that is tried again only when it has to be.
    const isDue = this.#bytes > (this.#isHeld ? MOST_BYTES : MOST_WAITING_BYTES);
    const held = this.#mayHold && isDue ? this.#setHeld(true) : null;
    if (this.#bytes <= MOST_BYTES || this.#isKilling) return undefined;
    this.#room = Promise.withResolvers();
    return Promise.race([this.#room.promise, ...(held === null ? [] : [held])]);
  }

  /** Holds the process no more, as it is to end. */
  release(): void {
    this.#mayHold = false;
    this.#isHeld = false;
  }

  /** The reader counts no more: everything is being killed. */
  kill(): void {
    this.release();
    this.#isKilling = true;
    this.#killing.resolve();
    this.#room.resolve();
  }

  /** Resolves when everything was handed on. */
  async finish(): Promise<void> {
    while (this.#isHanding) await this.#handed;
  }

  async #hand(): Promise<void> {
    this.#isHanding = true;
    for (let piece = this.#pieces.shift(); piece !== undefined; piece = this.#pieces.shift()) {
      const taken = this.#take(piece);
      if (taken !== undefined) await Promise.race([taken, this.#killing.promise]);
      this.#bytes -= piece.chunk.length;
      if (this.#bytes <= MOST_BYTES) this.#room.resolve();
      if (this.#bytes <= MOST_WAITING_BYTES / 2 && this.#isHeld) this.#setHeld(false).catch(() => undefined);
    }
    this.#isHanding = false;
  }

  async #setHeld(held: boolean): Promise<void> {
    this.#isHeld = held;
    await this.#hold(held);
  }
}
