/** The counters of a connection, as `net.Socket` has them. */
export interface Counters {
  readonly bytesRead: number;
  /** Including what still waits in this process. */
  readonly bytesWritten: number;
  readonly writableLength: number;
}

/**
 * A pong comes only after everything that was sent before its ping. So much of that is granted for each interval; at
 * 30 s this is 2 KiB a second, less than any line that is in use. Bytes.
 */
const SLOWEST_BYTES = 64 * 1024;

/**
 * Judges from a connection's counters whether its peer is there. Whatever arrives is a sign of life, and so is progress
 * of writing after the kernel's buffers were full. A peer without one is given up after one interval, and later by as
 * long as its unread bytes take at the slowest accepted rate.
 */
export class Liveness {
  readonly #counters: Counters;
  #read = 0;
  #sent = 0;
  #wasFull = false;
  #silentIntervals = 0;
  /** Bytes that were written before the ping that has no answer yet; null: none is on its way. */
  #askedAt: number | null = null;
  /** Bytes that the peer has surely read. */
  #acknowledged = 0;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** To be called for each pong. */
  answered(): void {
    this.#acknowledged = this.#askedAt ?? this.#acknowledged;
    this.#askedAt = null;
  }

  /** To be called once an interval; `isHeld`: this process itself does not read from the peer now. */
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
