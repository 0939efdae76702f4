import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { Inbox, type MessageHandler } from './inbox.ts';
import { Liveness } from './liveness.ts';
import { Lock, type Keys } from './lock.ts';

/** Above this size of unsent data, a sender waits until the socket has drained. Bytes. */
const HIGH_BYTES = 1024 * 1024;

/** Closed by its client, lost, or closed by this gateway. */
export type Ending = 'client' | 'dropped' | 'server';

/** Close codes without a close by the client: lost, or closed for an error. RFC 6455, section 7.4.1. */
const DROPPED: ReadonlySet<number> = new Set([1002, 1003, 1006, 1007, 1008, 1009, 1011]);

/** One client's socket. */
export class Session {
  readonly id = randomUUID();
  readonly #socket: WebSocket;
  readonly #wire: Socket;
  readonly #lock: Lock | null;
  readonly #inbox: Inbox;
  readonly #liveness: Liveness;
  readonly #closed = new AbortController();
  readonly #restarting = new AbortController();
  #ending: Ending | null = null;
  #draining: Promise<void> | undefined;
  /** The client's last unanswered ping. */
  #ping: Buffer | undefined;

  /** `wire`: the connection below the socket. `keys` null: the client has already shown its key. */
  constructor(socket: WebSocket, wire: Socket, keys: Keys | null) {
    this.#socket = socket;
    this.#wire = wire;
    this.#lock = keys && new Lock(socket, wire, keys);
    this.#inbox = new Inbox({
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      drained: async () => await this.drained(),
      onFailure: () => socket.terminate(),
    });
    this.#liveness = new Liveness(wire);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.once('close', (code) => {
      this.#ending ??= DROPPED.has(code) ? 'dropped' : 'client';
      this.#closed.abort();
    });
    socket.on('error', () => socket.terminate());
    socket.on('ping', (data) => {
      this.#answerPing(data).catch(() => socket.terminate());
    });
    socket.on('pong', () => this.#liveness.answered());
  }

  /** Resolves when the client may be served; rejects with UNAUTHENTICATED without a valid key. */
  async unlocked(): Promise<void> {
    await this.#lock?.opened;
  }

  /** Stops waiting for the key: `unlocked` rejects, unless the key has arrived. */
  refuse(): void {
    this.#lock?.refuse();
  }

  /** Aborts when the socket is closed or lost. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Aborts right before the gateway closes the socket because it is shutting down. */
  get restarting(): AbortSignal {
    return this.#restarting.signal;
  }

  /** Sets the handler of the messages, one at a time; see `Inbox`. */
  onMessage(handle: MessageHandler): void {
    this.#inbox.onMessage(handle);
  }

  /** How the socket ended; null while it is open. */
  get ending(): Ending | null {
    return this.#ending;
  }

  /** False: send nothing until `drained` resolves. */
  get hasRoom(): boolean {
    return this.#wire.writableLength < HIGH_BYTES;
  }

  /** Sends a text frame. */
  send(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text);
  }

  /**
   * Writes encoded frames unchanged; otherwise like `send`. Without compression `ws`
   * writes its own frames at once, so these never split one.
   */
  write(frames: Buffer): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#wire.write(frames);
  }

  /** Resolves when the sent data has left this process, or the socket is gone; at once while there is room. */
  async drained(): Promise<void> {
    if (this.hasRoom || this.#closed.signal.aborted) return;
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

  /** The gateway is shutting down: each sender reports its position, so that the client can continue from there. */
  restart(): void {
    this.#restarting.abort();
    this.close(1012, 'the gateway restarts');
  }

  close(code: number, reason: string): void {
    this.#ending ??= 'server';
    this.#socket.close(code, reason);
  }

  /** Checks once an interval whether the peer is alive, and disconnects it if not. */
  checkAlive(): void {
    const state = this.#liveness.check(this.#inbox.isPaused);
    if (state === 'dead') this.#socket.terminate();
    else if (state === 'to be asked') this.#socket.ping();
  }

  #receive(data: RawData, isBinary: boolean): void {
    const text = isBinary || !Buffer.isBuffer(data) ? null : data;
    if (this.#lock?.isOpen === false) this.#lock.open(text);
    else this.#inbox.push(text);
  }

  /** Only the last ping needs an answer (RFC 6455, section 5.5.3), so pings of a client that does not read never pile up. */
  async #answerPing(data: Buffer): Promise<void> {
    const isWaiting = this.#ping !== undefined;
    this.#ping = data;
    if (isWaiting) return;
    await this.drained();
    this.#socket.pong(this.#ping);
    this.#ping = undefined;
  }
}
