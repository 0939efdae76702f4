import { CcError } from '@cc-executor/contracts';
import { randomUUID } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';

/** More than this unsent makes a sender wait until the socket has drained. Bytes. */
const HIGH_BYTES = 1024 * 1024;

/** A socket without a key must bring it as its first message within this time, in milliseconds. */
const KEY_MS = 10_000;

/** One client's socket. */
export class Session {
  readonly id = randomUUID();
  /** Resolves when the client may be served; rejects with UNAUTHENTICATED when it brought no valid key. */
  readonly unlocked: Promise<void>;
  readonly #socket: WebSocket;
  readonly #closed = new AbortController();
  #onMessage: (text: string | null) => void = () => undefined;
  #isAlive = true;

  /** `isKey` null: the client has shown its key already. */
  constructor(socket: WebSocket, isKey: ((key: string) => boolean) | null) {
    this.#socket = socket;
    this.unlocked = isKey ? this.#unlock(isKey) : Promise.resolve();
    this.unlocked.catch(() => undefined);
    if (!isKey) socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.once('close', () => this.#closed.abort());
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => {
      this.#isAlive = true;
    });
  }

  /** Aborts when the socket is gone. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Calls `listener` with each message from now on: its text, or null when it was not a text frame. */
  onMessage(listener: (text: string | null) => void): void {
    this.#onMessage = listener;
  }

  /** Sends a text frame. A returned promise asks to send no more until it settles; it settles also when the socket goes. */
  send(text: string): Promise<void> | undefined {
    if (this.#socket.readyState !== this.#socket.OPEN) return undefined;
    if (this.#socket.bufferedAmount < HIGH_BYTES) {
      this.#socket.send(text);
      return undefined;
    }
    return new Promise((resolve) => this.#socket.send(text, () => resolve()));
  }

  close(code: number, reason: string): void {
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
