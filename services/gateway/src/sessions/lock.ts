import { CcError } from '@cc-executor/contracts';
import type { Guard } from '@cc-executor/service-kit/http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Checks keys. */
export type Keys = Pick<Guard, 'isKey' | 'slowDown'>;

/** The key must have arrived within this time, in milliseconds. */
const KEY_MS = 10_000;
/** The largest first message with a key; reading from a client that sends more before its key pauses. Bytes. */
const MAX_BYTES = 8 * 1024;

/**
 * Blocks a socket until its first message contains a key: `{"key": "…"}`, alone or as the params of
 * a request. For browsers, whose sockets cannot send headers.
 */
export class Lock {
  readonly #isKey: Keys['isKey'];
  readonly #slowDown: Keys['slowDown'];
  readonly #opened = Promise.withResolvers<void>();
  readonly #settle: () => void;
  #state: 'closed' | 'open' | 'refused' = 'closed';

  constructor(socket: WebSocket, wire: Socket, { isKey, slowDown }: Keys) {
    this.#isKey = isKey;
    this.#slowDown = slowDown;
    this.#opened.promise.catch(() => undefined);
    const before = wire.bytesRead;
    // A refused client counts too: it may still send.
    const measure = () => {
      if (wire.bytesRead - before <= MAX_BYTES) return;
      socket.pause();
      this.refuse();
    };
    const refuse = () => this.refuse();
    const timer = setTimeout(refuse, KEY_MS);
    wire.on('data', measure);
    socket.once('close', refuse);
    this.#settle = () => {
      clearTimeout(timer);
      socket.off('close', refuse);
      if (this.#state === 'open') wire.off('data', measure);
    };
  }

  /** Resolves when a valid key arrives; rejects with UNAUTHENTICATED. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Checks the key of a message; only the first message counts. */
  open(message: Buffer | null): void {
    if (this.#state !== 'closed') return;
    const key = message && keyIn(message);
    if (key === null || !this.#isKey(key)) return this.refuse(key === null ? undefined : this.#slowDown());
    this.#state = 'open';
    this.#settle();
    this.#opened.resolve();
  }

  /** Releases the socket, immediately or when `when` resolves. */
  refuse(when?: Promise<void>): void {
    if (this.#state !== 'closed') return;
    this.#state = 'refused';
    this.#settle();
    const detail = 'A valid API key is needed: as a header, as a subprotocol, or in the first message.';
    const reject = () => this.#opened.reject(new CcError('UNAUTHENTICATED', detail));
    if (when) when.then(reject, reject);
    else reject();
  }
}

function keyIn(message: Buffer): string | null {
  try {
    const value = JSON.parse(message.toString('utf8')) as Keyed | null;
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
