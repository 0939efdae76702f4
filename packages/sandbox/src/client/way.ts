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
  /** The allowed hosts, as patterns. */
  hosts: readonly string[];
  /** Called with a sentence for each host that was requested and is not reached. */
  onBlocked: (why: string) => void;
  /** Ends the opening, and nothing after that. */
  signal?: AbortSignal;
  /** How long egress may take to open it, in milliseconds. Default: ten seconds. */
  patienceMs?: number;
}

/** The way of one attempt to other hosts. It is there until it is closed, also after a restart of egress. */
export class Way {
  /** The name by which the launcher finds it. */
  readonly id = randomBytes(8).toString('hex');
  readonly #options: WayOptions;
  readonly #closed = new AbortController();
  readonly #blocked = new Set<string>();
  #socket: Socket | undefined;
  /** The transferred bytes, as last reported by egress. */
  #carried = 0;
  #kept: Promise<void> = Promise.resolve();

  private constructor(options: WayOptions) {
    this.#options = options;
  }

  /** Opens a way. Rejects, with a message for people, if egress refuses it, does not answer in time, or `signal` aborts. */
  static async open(options: WayOptions): Promise<Way> {
    const { socket, patienceMs = PATIENCE_MS, signal } = options;
    const way = new Way(options);
    const ending = AbortSignal.any([AbortSignal.timeout(patienceMs), ...(signal ? [signal] : [])]);
    let last = new Error('it was not asked');
    while (!ending.aborted) {
      try {
        await way.#connect(ending);
        way.#kept = way.#keep();
        return way;
      } catch (error) {
        if (error instanceof RefusedError) throw error;
        last = error as Error;
      }
      await delay(RETRY_MS, undefined, { signal: ending }).catch(() => undefined);
    }
    throw new Error(`Egress does not answer at ${socket}: ${last.message}.`, { cause: last });
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
      if (!signal.aborted) await this.#connect(AbortSignal.timeout(PATIENCE_MS)).catch(() => undefined);
    }
  }

  /** Resolves when the way is open. The connection ends if `ending` aborts before. */
  async #connect(ending: AbortSignal): Promise<void> {
    const { socket: path, hosts } = this.#options;
    const socket = await reach(path, ending);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const frames = new FrameReader(['answer']);
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const { payload } of frames.take(chunk)) {
          const answer = WayAnswer.parse(JSON.parse(payload.toString()));
          if (answer.answer === 'open') resolve();
          else if (answer.answer === 'carried') this.#carried = answer.bytes;
          else if (answer.answer === 'refused') reject(new RefusedError(answer.message));
          else this.#block(answer.why);
        }
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it closed the connection')));
    const asked: WayRequest = { way: this.id, hosts: [...hosts], carried: this.#carried };
    socket.write(jsonFrame('request', asked));
    this.#socket = socket;
    if (this.#closed.signal.aborted) socket.end();
    const giveUp = () => {
      socket.destroy(new Error('it accepts connections, and opens no way'));
    };
    ending.addEventListener('abort', giveUp);
    await promise.finally(() => ending.removeEventListener('abort', giveUp));
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
