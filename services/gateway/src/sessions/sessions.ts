import { CcError } from '@cc-executor/contracts';
import type { Guard } from '@cc-executor/service-kit/http';
import { within } from '@cc-executor/service-kit/within';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { Session } from './session.ts';

/** The interval of pings, in milliseconds: a dead peer is closed within two of them. */
const PING_MS = 30_000;
/** How long a peer may take to close at shutdown, in milliseconds. */
const CLOSE_MS = 1000;
/** The number of sockets that may wait for their key; one more, and the oldest is rejected. They use no session. */
const MAX_WAITING = 16;

export interface SessionsOptions {
  limit: number;
  guard: Guard;
  /** Default: 30 s. Milliseconds. */
  pingMs?: number;
}

/** The sockets of this gateway, counted in memory, so that a restart locks nobody out. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #open = new Set<Session>();
  /** The sockets without a key, oldest first. */
  readonly #waiting = new Set<Session>();
  readonly #pings: NodeJS.Timeout;

  constructor(options: SessionsOptions) {
    this.#options = options;
    const check = () => {
      for (const session of this.#open) session.checkAlive();
    };
    // Only after received data is read: after a standstill of this process all timers are due first.
    this.#pings = setInterval(() => setImmediate(check), options.pingMs ?? PING_MS);
  }

  get count(): number {
    return this.#open.size;
  }

  /** Opens a session on a socket as soon as it has shown its key. Throws UNAUTHENTICATED and SESSION_LIMIT. */
  async admit(socket: WebSocket, request: IncomingMessage): Promise<Session> {
    const { guard } = this.#options;
    const wire = request.socket;
    if (guard.admits(request)) return this.#seat(new Session(socket, wire, null));
    const session = new Session(socket, wire, guard);
    this.#waiting.add(session);
    const [oldest] = this.#waiting;
    if (this.#waiting.size > MAX_WAITING) oldest?.refuse();
    try {
      await session.unlocked();
    } finally {
      this.#waiting.delete(session);
    }
    return this.#seat(session);
  }

  #seat(session: Session): Session {
    const { limit } = this.#options;
    if (this.#open.size >= limit) {
      const detail = `All ${String(limit)} sessions are taken; MAX_SESSIONS sets how many there are.`;
      throw new CcError('SESSION_LIMIT', detail);
    }
    this.#open.add(session);
    const gone = () => this.#open.delete(session);
    if (session.closed.aborted) gone();
    else session.closed.addEventListener('abort', gone, { once: true });
    return session;
  }

  /** Closes every socket; the client reconnects and continues from its position. */
  async close(): Promise<void> {
    clearInterval(this.#pings);
    const closing = [...this.#open].map(async (session) => {
      session.restart();
      if (!session.closed.aborted) await once(session.closed, 'abort');
    });
    await within(Promise.all(closing), CLOSE_MS, null);
  }
}
