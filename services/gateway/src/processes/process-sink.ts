import type { ExecutionEvent } from '@cc-executor/contracts';
import { taskOutputHint } from '@cc-executor/executions';
import { notification } from '../json-rpc/frames.ts';
import type { Session } from '../sessions/session.ts';
import type { Batch, Gap } from '../subscriptions/batch.ts';
import type { Sink } from '../subscriptions/reader.ts';
import { processNotifications, type EarlierState } from './process-notifications.ts';

/** Reports an execution to a session as a process: started, its output, completed. */
export class ProcessSink implements Sink {
  readonly #session: Session;
  readonly #executionId: string;
  readonly #onEnd: () => void;
  #truncated = false;
  #started: EarlierState['started'] = null;
  #position: number;

  /**
   * `after`: the start position. `onEnd` is called right before `process.completed` is sent: a request after it finds
   * the session free.
   */
  constructor(session: Session, executionId: string, after: number, onEnd: () => void) {
    this.#session = session;
    this.#position = after;
    this.#executionId = executionId;
    this.#onEnd = onEnd;
  }

  /** The seq of the last event that it received. */
  get position(): number {
    return this.#position;
  }

  get hasRoom(): boolean {
    return this.#session.hasRoom;
  }

  events(batch: Batch): void {
    this.#position = batch.last;
    for (const { json } of batch.events) {
      const event = JSON.parse(json) as ExecutionEvent;
      if (event.type === 'task.started') {
        const { task = 1, attempt = 1, data } = event;
        this.#started = { task, attempt, reason: data.reason };
      }
      const before = { truncated: this.#truncated, started: this.#started };
      for (const [name, params] of processNotifications(event, before)) {
        if (name === 'process.output') this.#truncated = false;
        if (name === 'process.completed') this.#onEnd();
        this.#session.send(notification(name, params));
      }
    }
  }

  gap({ first, last }: Gap): void {
    this.#position = last;
    this.#truncated = true;
    const [execution_id, output] = [this.#executionId, taskOutputHint(this.#executionId)];
    this.#session.send(notification('gap', { execution_id, from: first, to: last, output }));
  }

  reset(epoch: string): void {
    this.#position = 0;
    this.#session.send(notification('reset', { execution_id: this.#executionId, epoch }));
  }

  end(): void {
    this.#onEnd();
  }

  get restarting(): AbortSignal {
    return this.#session.restarting;
  }

  restart(after: number): void {
    this.#session.send(notification('restart', { execution_id: this.#executionId, after }));
  }

  async drained(): Promise<void> {
    await this.#session.drained();
  }
}
