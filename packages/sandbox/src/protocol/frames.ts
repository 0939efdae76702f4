/**
 * The types of frames. Requests, orders, stdin and heartbeats go to the launcher; answers, output and credit come from
 * it. Each direction has its own kinds, so that a frame in the wrong one is a fault.
 */
export const KINDS = {
  request: 1,
  order: 2,
  stdin: 3,
  stdinEnd: 4,
  alive: 5,
  answer: 17,
  stdout: 18,
  stderr: 19,
  credit: 20,
} as const;
export type Kind = keyof typeof KINDS;
const NAMES = new Map<number, Kind>(Object.entries(KINDS).map(([name, kind]) => [kind, name as Kind]));

/** A frame: one byte for its kind, four for the length of its payload (big-endian), and the payload. */
export interface Frame {
  kind: Kind;
  payload: Buffer;
}

/** The largest payload, in bytes: a request with the longest command and environment fits. */
export const MOST_BYTES = 4 * 1024 * 1024;
const HEADER_BYTES = 5;

/** Returns a frame as it is sent. Throws a RangeError for a payload above the limit. */
export function frameOf(kind: Kind, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  if (payload.length > MOST_BYTES)
    throw new RangeError(`A frame of ${String(payload.length)} bytes is too large.`);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(KINDS[kind], 0);
  header.writeUInt32BE(payload.length, 1);
  return Buffer.concat([header, payload]);
}

export function jsonFrame(kind: 'request' | 'order' | 'answer', value: unknown): Buffer {
  return frameOf(kind, Buffer.from(JSON.stringify(value)));
}

/** Splits what comes over a connection into frames, however it is cut. Throws for what is no frame. */
export class FrameReader {
  readonly #kinds: ReadonlySet<Kind>;
  #rest: Buffer[] = [];
  #bytes = 0;

  /** `kinds`: those that may come in this direction. */
  constructor(kinds: readonly Kind[]) {
    this.#kinds = new Set(kinds);
  }

  /** Returns the frames that are complete now. Throws an Error for an unknown kind and for a payload above the limit. */
  take(chunk: Buffer): Frame[] {
    this.#rest.push(chunk);
    this.#bytes += chunk.length;
    const frames: Frame[] = [];
    for (let length = this.#next(); length !== null && this.#bytes >= length; length = this.#next()) {
      const all = this.#whole();
      const name = NAMES.get(all.readUInt8(0));
      if (name !== undefined) frames.push({ kind: name, payload: all.subarray(HEADER_BYTES, length) });
      this.#rest = [all.subarray(length)];
      this.#bytes -= length;
    }
    return frames;
  }

  /** The length of the next frame; null: its header is not there yet. */
  #next(): number | null {
    if (this.#bytes < HEADER_BYTES) return null;
    const head = (this.#rest[0]?.length ?? 0) >= HEADER_BYTES ? this.#rest[0] : this.#whole();
    const name = NAMES.get(head?.readUInt8(0) ?? 0);
    if (name === undefined || !this.#kinds.has(name)) throw new Error('This is not a frame of the launcher.');
    const length = head?.readUInt32BE(1) ?? 0;
    if (length > MOST_BYTES) throw new Error(`A frame of ${String(length)} bytes is too large.`);
    return HEADER_BYTES + length;
  }

  #whole(): Buffer {
    const [first] = this.#rest;
    const all = this.#rest.length === 1 && first !== undefined ? first : Buffer.concat(this.#rest);
    this.#rest = [all];
    return all;
  }
}
