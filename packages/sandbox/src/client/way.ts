import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { FrameReader, jsonFrame, WayAnswer, type WayRequest } from '../protocol/index.ts';
import { reach } from './exchange.ts';

const RETRY_MS = 500;
/** How long egress may take to open a way, and to report what it has refused at the end. Milliseconds. */
const PATIENCE_MS = 10_000;

export interface WayOptions {
  /** The path of egress' socket. */
  socket: string;
  /** What may be reached, as patterns. */
  hosts: readonly string[];
  /** Called with a sentence for each host that was asked for and is not reached. */
  onBlocked: (why: string) => void;
}

/** The way of one attempt to other hosts. It is there until it is closed, also after a restart of egress. */
export class Way {
  /** The name by which the launcher finds it. */
  readonly id = randomBytes(8).toString('hex');
  readonly #options: WayOptions;
  readonly #closed = new AbortController();
  readonly #blocked = new Set<string>();
  #socket: Socket | undefined;
  #kept: Promise<void> = Promise.resolve();

  private constructor(options: WayOptions) {
    this.#options = options;
  }

  /** Opens a way. Rejects, with a message for people, if egress refuses it or does not answer within ten seconds. */
  static async open(options: WayOptions): Promise<Way> {
    const way = new Way(options);
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        await way.#connect();
        way.#kept = way.#keep();
        return way;
      } catch (error) {
        if (error instanceof RefusedError) throw error;
        if (performance.now() >= until)
          throw new Error(`Egress does not answer at ${options.socket}: ${(error as Error).message}.`, {
            cause: error,
          });
        await delay(RETRY_MS);
      }
    }
  }

  /** Ends it. Resolves when `onBlocked` was called for all that was refused. Never rejects. */
  async close(): Promise<void> {
    this.#closed.abort();
    const socket = this.#socket;
    socket?.end();
    const late = setTimeout(() => socket?.destroy(), PATIENCE_MS);
    await this.#kept;
    clearTimeout(late);
  }

  /** Opens it again whenever egress was away. */
  async #keep(): Promise<void> {
    const { signal } = this.#closed;
    for (;;) {
      const socket = this.#socket;
      if (socket !== undefined && !socket.closed) await once(socket, 'close').catch(() => undefined);
      if (signal.aborted) return;
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#connect().catch(() => undefined);
    }
  }

  /** Resolves when the way is open. */
  async #connect(): Promise<void> {
    const { socket: path, hosts } = this.#options;
    const socket = await reach(path);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const frames = new FrameReader(['answer']);
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const { payload } of frames.take(chunk)) {
          const answer = WayAnswer.parse(JSON.parse(payload.toString()));
          if (answer.answer === 'open') resolve();
          else if (answer.answer === 'refused') reject(new RefusedError(answer.message));
          else this.#block(answer.why);
        }
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it closed the connection')));
    socket.write(jsonFrame('request', { way: this.id, hosts: [...hosts] } satisfies WayRequest));
    this.#socket = socket;
    if (this.#closed.signal.aborted) socket.end();
    await promise;
  }

  #block(why: string): void {
    if (this.#blocked.has(why)) return;
    this.#blocked.add(why);
    this.#options.onBlocked(why);
  }
}

class RefusedError extends Error {
  override name = 'RefusedError';
}
