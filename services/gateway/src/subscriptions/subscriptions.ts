import { CcError, type SubscribeParams } from '@cc-executor/contracts';
import { notFound, taskOutputHint, type EventLog } from '@cc-executor/executions';
import type { z } from 'zod';
import { notification, notificationOf } from '../json-rpc/frames.ts';
import type { Session } from '../sessions/session.ts';
import { fanOut } from './fan-out.ts';

/** What one session is subscribed to: one position for each execution. */
export class Subscriptions {
  readonly #log: EventLog;
  readonly #session: Session;
  readonly #running = new Map<string, AbortController>();
  readonly #onError: (error: unknown) => void;

  constructor(log: EventLog, session: Session, onError: (error: unknown) => void) {
    this.#log = log;
    this.#session = session;
    this.#onError = onError;
  }

  /**
   * Begins to send events after a position; an earlier subscription to the same execution ends. Gives the answer, and
   * what begins the sending once that is on its way. Throws EXECUTION_NOT_FOUND.
   */
  async subscribe(params: z.output<typeof SubscribeParams>) {
    const { execution_id: executionId, after, epoch } = params;
    const head = await this.#log.head(executionId);
    if (!head) throw notFound(executionId);
    this.unsubscribe(executionId);
    const own = new AbortController();
    this.#running.set(executionId, own);
    const signal = AbortSignal.any([own.signal, this.#session.closed]);
    const begin = () => {
      void this.#run({ executionId, cursor: { after, epoch }, signal })
        .catch(this.#onError)
        .finally(() => {
          if (this.#running.get(executionId) === own) this.#running.delete(executionId);
        });
    };
    return { result: { execution_id: executionId, from: after + 1, head: head.head }, begin };
  }

  /** Sends no more of this execution; does nothing when it is not subscribed to. */
  unsubscribe(executionId: string): void {
    this.#running.get(executionId)?.abort();
    this.#running.delete(executionId);
  }

  async #run(position: Parameters<typeof fanOut>[2]): Promise<void> {
    const { executionId } = position;
    const about = { execution_id: executionId };
    await fanOut(this.#log, this.#session, position, {
      event: (json) => notificationOf('event', json),
      other: (followed) => {
        if (followed.kind === 'reset') return notification('reset', { ...about, epoch: followed.epoch });
        const { from, to } = followed;
        return notification('gap', { ...about, from, to, output: taskOutputHint(executionId) });
      },
      end: (last) => notification('end', { ...about, last }),
    });
  }
}

/** For a subscription that broke: its client is told, and subscribes again from where it is. */
export function brokenSubscription(error: unknown): CcError {
  return error instanceof CcError ? error : new CcError('INTERNAL', 'A subscription broke; subscribe again.');
}
