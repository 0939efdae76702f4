import { CcError, type RpcParams, type RpcResult } from '@cc-executor/contracts';
import type { Session } from '../sessions/session.ts';
import type { Feeds } from './feeds.ts';
import { FrameSink } from './frame-sink.ts';
import { read } from './read.ts';

/** What one session is subscribed to: one position for each execution. */
export class Subscriptions {
  readonly #feeds: Feeds;
  readonly #session: Session;
  readonly #running = new Map<string, AbortController>();
  readonly #onError: (error: unknown) => void;

  constructor(feeds: Feeds, session: Session, onError: (error: unknown) => void) {
    this.#feeds = feeds;
    this.#session = session;
    this.#onError = onError;
  }

  /** The executions that are subscribed to. */
  get executionIds(): string[] {
    return [...this.#running.keys()];
  }

  /**
   * Begins to send events after a position; an earlier subscription to the same execution ends. Gives the answer, and
   * what begins the sending once that is on its way. Throws EXECUTION_NOT_FOUND.
   */
  async subscribe(
    params: RpcParams<'subscribe'>,
  ): Promise<{ result: RpcResult<'subscribe'>; begin: () => void }> {
    const { execution_id: executionId, after, epoch } = params;
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

  /** Sends no more of this execution; does nothing when it is not subscribed to. */
  unsubscribe(executionId: string): void {
    this.#running.get(executionId)?.abort();
    this.#running.delete(executionId);
  }
}

/** For a subscription that broke: its client is told, and subscribes again from where it is. */
export function brokenSubscription(error: unknown): CcError {
  return error instanceof CcError ? error : new CcError('INTERNAL', 'A subscription broke; subscribe again.');
}
