import { CcError, type RpcParams, type RpcResult } from '@cc-executor/contracts';
import type { Session } from '../sessions/session.ts';
import type { Feeds } from './feeds.ts';
import { FrameSink } from './frame-sink.ts';
import { read } from './read.ts';

/** The number of executions that are sent to one session at a time; each needs a reader here. */
const MAX_FOLLOWED = 100;

/** The subscriptions of one session: one position for each execution. */
export class Subscriptions {
  readonly #feeds: Feeds;
  readonly #session: Session;
  readonly #running = new Map<string, AbortController>();
  /** Executions that are sent as processes. */
  #processes = 0;
  readonly #onError: (error: unknown) => void;

  constructor(feeds: Feeds, session: Session, onError: (error: unknown) => void) {
    this.#feeds = feeds;
    this.#session = session;
    this.#onError = onError;
  }

  /** The subscribed executions. */
  get executionIds(): string[] {
    return [...this.#running.keys()];
  }

  /** Throws BUSY if no further execution can be sent to this session. */
  checkRoom(): void {
    if (this.#running.size + this.#processes < MAX_FOLLOWED) return;
    const hint = 'Unsubscribe from some, wait for the end of one, or open another socket.';
    throw new CcError('BUSY', `${String(MAX_FOLLOWED)} executions are being sent to this session. ${hint}`);
  }

  /** Counts an execution that is sent as a process; the returned function stops counting it. */
  addProcess(): () => void {
    this.#processes += 1;
    return () => {
      this.#processes -= 1;
    };
  }

  /**
   * Starts to send events after a position; an earlier subscription to the same execution ends. Returns the answer, and
   * a function that starts the sending after the answer is sent. Throws EXECUTION_NOT_FOUND and BUSY.
   */
  async subscribe(
    params: RpcParams<'subscribe'>,
  ): Promise<{ result: RpcResult<'subscribe'>; begin: () => void }> {
    const { execution_id: executionId, after, epoch } = params;
    if (!this.#running.has(executionId)) this.checkRoom();
    const { feed, release } = await this.#feeds.acquire(executionId);
    this.unsubscribe(executionId);
    const own = new AbortController();
    this.#running.set(executionId, own);
    const sink = new FrameSink(this.#session, executionId, 'rpc');
    const begin = () => {
      void read(feed, sink, { after, epoch }, [own.signal, this.#session.closed])
        .catch(this.#onError)
        .finally(() => {
          release();
          if (this.#running.get(executionId) === own) this.#running.delete(executionId);
        });
    };
    return { result: { execution_id: executionId, from: after + 1, head: feed.head }, begin };
  }

  /** Stops sending this execution; does nothing if it is not subscribed. */
  unsubscribe(executionId: string): void {
    this.#running.get(executionId)?.abort();
    this.#running.delete(executionId);
  }
}

/** Reports a broken subscription to its client, which subscribes again from its position. */
export function brokenSubscription(error: unknown): CcError {
  return error instanceof CcError ? error : new CcError('INTERNAL', 'A subscription broke; subscribe again.');
}
