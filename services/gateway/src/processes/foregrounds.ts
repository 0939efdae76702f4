import { CcError } from '@cc-executor/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '../sessions/session.ts';
import { Foreground } from './foreground.ts';

/** How long a client whose socket was lost may take to reconnect, in milliseconds. */
const GRACE_MS = 30_000;
/** The delay before a cancel is retried while Redis is unavailable, in milliseconds. */
const AGAIN_MS = 1000;

export interface ForegroundsOptions {
  /** Cancels an execution; throws a CcError. */
  cancel: (executionId: string, reason: string) => Promise<unknown>;
  onError: (error: unknown) => void;
  /** Default: 30 s. Milliseconds. */
  graceMs?: number;
}

/** The foreground processes of this gateway's sessions. Decides what happens to them when a socket closes. */
export class Foregrounds {
  readonly #options: ForegroundsOptions;
  readonly #bySession = new Map<string, Foreground>();
  #closing = false;

  constructor(options: ForegroundsOptions) {
    this.#options = options;
  }

  /** Returns the process in a session's foreground. */
  of(session: Session): Foreground | undefined {
    const found = this.#bySession.get(session.id);
    return found && !found.done && found.session === session ? found : undefined;
  }

  /** Makes an execution the foreground process of a session. */
  begin(session: Session, executionId: string): Foreground {
    const foreground = new Foreground(executionId, session);
    this.#bySession.set(session.id, foreground);
    this.#watch(foreground, session);
    return foreground;
  }

  /** The process has completed: frees the session. */
  finish(foreground: Foreground): void {
    foreground.done = true;
    foreground.unwatch();
    // If the client is disconnected it is kept, so that the client learns how it ended.
    if (foreground.session) this.#forget(foreground);
  }

  /**
   * Moves the process of another session to this one. Throws BUSY if this one has its own, EXECUTION_NOT_FOUND if
   * the other has none.
   */
  attach(session: Session, sessionId: string): Foreground {
    const foreground = this.#bySession.get(sessionId);
    if (!foreground) throw new CcError('EXECUTION_NOT_FOUND', `The session "${sessionId}" runs no process.`);
    const own = this.of(session);
    if (own && own !== foreground) throw busy(own);
    clearTimeout(foreground.grace);
    foreground.reporting.abort();
    foreground.reporting = new AbortController();
    foreground.session = session;
    foreground.sessionIds.add(session.id);
    this.#bySession.set(session.id, foreground);
    this.#watch(foreground, session);
    return foreground;
  }

  /** From now on a closed socket ends no process: the gateway itself is closing. */
  close(): void {
    this.#closing = true;
    for (const { grace } of this.#bySession.values()) clearTimeout(grace);
  }

  #watch(foreground: Foreground, session: Session): void {
    foreground.unwatch();
    const gone = () => this.#left(foreground, session);
    foreground.unwatch = () => session.closed.removeEventListener('abort', gone);
    if (session.closed.aborted) gone();
    else session.closed.addEventListener('abort', gone, { once: true });
  }

  #left(foreground: Foreground, session: Session): void {
    if (this.#closing || foreground.session !== session) return;
    foreground.session = null;
    if (session.ending === 'client') return this.#endSoon(foreground, 'its client closed the socket');
    const ms = this.#options.graceMs ?? GRACE_MS;
    const reason = `its client's socket was lost, and the client was not back after ${String(ms / 1000)} s`;
    foreground.grace = setTimeout(() => this.#endSoon(foreground, reason), ms);
  }

  #endSoon(foreground: Foreground, reason: string): void {
    this.#end(foreground, reason).catch(this.#options.onError);
  }

  async #end(foreground: Foreground, reason: string): Promise<void> {
    this.#forget(foreground);
    if (foreground.done) return;
    for (let told = false; !this.#closing; await delay(AGAIN_MS)) {
      try {
        await this.#options.cancel(foreground.executionId, reason);
        return;
      } catch (error) {
        if (error instanceof CcError && error.code === 'ILLEGAL_STATE') return; // it had ended
        if (!told) this.#options.onError(error);
        told = true;
        if (!(error instanceof CcError && error.code === 'STORE_UNAVAILABLE')) return;
      }
    }
  }

  #forget(foreground: Foreground): void {
    for (const id of foreground.sessionIds)
      if (this.#bySession.get(id) === foreground) this.#bySession.delete(id);
  }
}

/** Returns a BUSY error that names the running process. */
export function busy({ executionId }: Foreground): CcError {
  const hint = 'Wait for its process.completed, cancel it, or execute with detach.';
  return new CcError('BUSY', `This session runs "${executionId}" in its foreground. ${hint}`);
}
