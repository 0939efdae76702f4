import { CcError } from '@cc-executor/contracts';
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

/** More than this unsent makes a sender wait until the socket has drained. Bytes. */
const HIGH_BYTES = 1024 * 1024;

/** A socket without a key must bring it as its first message within this time, in milliseconds. */
const KEY_MS = 10_000;

/** Closed by its client, lost, or closed by this gateway. */
export type Ending = 'client' | 'dropped' | 'server';

/** Codes of a close that the client did not ask for: lost, or cut off for a fault. RFC 6455, section 7.4.1. */
const DROPPED: ReadonlySet<number> = new Set([1002, 1003, 1006, 1007, 1008, 1009, 1011]);

/** One client's socket. */
export class Session {
  readonly id = randomUUID();
  /** Resolves when the client may be served; rejects with UNAUTHENTICATED when it brought no valid key. */
  readonly unlocked: Promise<void>;
  readonly #socket: WebSocket;
  readonly #wire: Duplex;
  readonly #closed = new AbortController();
  readonly #restarting = new AbortController();
  #onMessage: (text: string | null) => void = () => undefined;
  #isAlive = true;
  #ending: Ending | null = null;
  #draining: Promise<void> | undefined;

  /** `wire` is the connection below the socket; `isKey` null: the client has shown its key already. */
  constructor(socket: WebSocket, wire: Duplex, isKey: ((key: string) => boolean) | null) {
    this.#socket = socket;
    this.#wire = wire;
    this.unlocked = isKey ? this.#unlock(isKey) : Promise.resolve();
    this.unlocked.catch(() => undefined);
    if (!isKey) socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.once('close', (code) => {
      this.#ending ??= DROPPED.has(code) ? 'dropped' : 'client';
      this.#closed.abort();
    });
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => {
      this.#isAlive = true;
    });
  }

  /** Aborts when the socket is gone. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Aborts right before this gateway closes the socket because it ends itself. */
  get restarting(): AbortSignal {
    return this.#restarting.signal;
  }

  /** Calls `listener` with each message from now on: its text, or null when it was not a text frame. */
  onMessage(listener: (text: string | null) => void): void {
    this.#onMessage = listener;
  }

  /** How the socket went; null while it is there. */
  get ending(): Ending | null {
    return this.#ending;
  }

  /** Sends a text frame. False asks to send no more until `drained` resolves. */
  send(text: string): boolean {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text);
    return this.#hasRoom;
  }

  /**
   * Writes frames that are ready for the wire, as they are; the same as `send` otherwise. Without compression `ws`
   * writes its own frames at once, so that none is torn by these.
   */
  write(frames: Buffer): boolean {
    if (this.#socket.readyState === this.#socket.OPEN) this.#wire.write(frames);
    return this.#hasRoom;
  }

  /** Resolves when what was sent has left this process, or the socket is gone; at once while there is room. */
  async drained(): Promise<void> {
    if (this.#hasRoom || this.#closed.signal.aborted) return;
    this.#draining ??= new Promise((resolve) => {
      const done = () => {
        this.#wire.off('drain', done);
        this.#socket.off('close', done);
        this.#draining = undefined;
        resolve();
      };
      this.#wire.once('drain', done);
      this.#socket.once('close', done);
    });
    await this.#draining;
  }

  /** This gateway ends: whoever sends to the client says how far it came; the client comes again. */
  restart(): void {
    this.#restarting.abort();
    this.close(1012, 'the gateway restarts');
  }

  close(code: number, reason: string): void {
    this.#ending ??= 'server';
    this.#socket.close(code, reason);
  }

  /** Asks whether the peer is there; one that did not answer the last time is cut off. */
  checkAlive(): void {
    if (!this.#isAlive) this.#socket.terminate();
    else {
      this.#isAlive = false;
      this.#socket.ping();
    }
  }

  get #hasRoom(): boolean {
    return this.#wire.writableLength < HIGH_BYTES;
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#onMessage(isBinary || !Buffer.isBuffer(data) ? null : data.toString('utf8'));
  }

  /** A browser can send no header: its first message may be `{"key": "…"}`, alone or as the params of a request. */
  #unlock(isKey: (key: string) => boolean): Promise<void> {
    const refusal = 'A valid API key is needed: as a header, as a subprotocol, or in the first message.';
    return new Promise((resolve, reject) => {
      const refuse = () => reject(new CcError('UNAUTHENTICATED', refusal));
      const timer = setTimeout(refuse, KEY_MS);
      this.#socket.once('close', () => clearTimeout(timer));
      this.#socket.once('message', (data: RawData) => {
        clearTimeout(timer);
        const key = keyIn(data);
        if (key === null || !isKey(key)) return refuse();
        this.#socket.on('message', (more, isBinary) => this.#receive(more, isBinary));
        resolve();
      });
    });
  }
}

function keyIn(message: RawData): string | null {
  try {
    const value = JSON.parse(Buffer.isBuffer(message) ? message.toString('utf8') : '') as Keyed | null;
    const key = value?.key ?? value?.params?.key;
    return typeof key === 'string' ? key : null;
  } catch {
    return null;
  }
}

interface Keyed {
  key?: unknown;
  params?: { key?: unknown };
}
