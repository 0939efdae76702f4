/** The counters of a connection, as in `net.Socket`. */
export interface Counters {
  readonly bytesRead: number;
  /** Including bytes that are still buffered in this process. */
  readonly bytesWritten: number;
  readonly writableLength: number;
}

/**
 * A pong arrives only after everything that was sent before its ping. This much of it is allowed for each interval; at
 * 30 s this is 2 KiB/s, less than any connection in use. Bytes.
 */
const SLOWEST_BYTES = 64 * 1024;

/**
 * Judges from a connection's counters whether its peer is alive. Any received data is a sign of life, and so is progress
 * of writing after the kernel's buffers were full. A peer without one is disconnected after one interval, plus the time
 * that its unread bytes take at the slowest accepted rate.
 */
export class Liveness {
  readonly #counters: Counters;
  #read = 0;
  #sent = 0;
  #wasFull = false;
  #silentIntervals = 0;
  /** Bytes that were written before the unanswered ping; null: no ping is pending. */
  #askedAt: number | null = null;
  /** Bytes that the peer has certainly read. */
  #acknowledged = 0;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Call it for each pong. */
  answered(): void {
    this.#acknowledged = this.#askedAt ?? this.#acknowledged;
    this.#askedAt = null;
  }

  /** Call it once an interval. `isHeld`: this process has paused reading from the peer. */
  check(isHeld: boolean): 'alive' | 'to be asked' | 'dead' {
    const { bytesRead, bytesWritten, writableLength } = this.#counters;
    const sent = bytesWritten - writableLength;
    const isFull = writableLength > 0;
    const hasMoved = bytesRead > this.#read || (this.#wasFull && sent > this.#sent) || (isHeld && !isFull);
    [this.#read, this.#sent, this.#wasFull] = [bytesRead, sent, isFull];
    this.#silentIntervals = hasMoved ? 0 : this.#silentIntervals + 1;
    if (this.#askedAt === null) {
      this.#askedAt = bytesWritten;
      return 'to be asked';
    }
    const unread = this.#askedAt - this.#acknowledged;
    return this.#silentIntervals > unread / SLOWEST_BYTES ? 'dead' : 'alive';
  }
}
