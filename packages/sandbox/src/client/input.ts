import { Writable } from 'node:stream';
import { FIRST_CREDIT, frameOf } from '../protocol/index.ts';

/** The stdin of a process in a container: it sends when that runs, and as much as there is credit for. */
export class Input extends Writable {
  readonly #send: (frame: Buffer) => void;
  #credit = 0;
  #isRunning = false;
  #waiting: { rest: Buffer; done: () => void } | undefined;
  #isOver = false;

  constructor(send: (frame: Buffer) => void) {
    super();
    this.#send = send;
  }

  /** The process runs. */
  open(): void {
    this.#isRunning = true;
    this.grant(FIRST_CREDIT);
  }

  /** More may be sent, by this many bytes. */
  grant(bytes: number): void {
    this.#credit += bytes;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) this.#pass(waiting.rest, waiting.done);
  }

  /** Nobody reads it any more: what is written is dropped. */
  close(): void {
    this.#isOver = true;
    this.#waiting?.done();
    this.#waiting = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#pass(chunk, done);
  }

  override _final(done: () => void): void {
    const end = () => {
      if (!this.#isOver) this.#send(frameOf('stdinEnd'));
      done();
    };
    if (this.#isRunning || this.#isOver) end();
    else this.#waiting = { rest: Buffer.alloc(0), done: end };
  }

  #pass(chunk: Buffer, done: () => void): void {
    if (this.#isOver) return done();
    const now = chunk.subarray(0, this.#credit);
    if (now.length > 0) {
      this.#credit -= now.length;
      this.#send(frameOf('stdin', now));
    }
    if (now.length === chunk.length) done();
    else this.#waiting = { rest: chunk.subarray(now.length), done };
  }
}
