import type { ExecutionEvent } from '@cc-executor/contracts';
import { taskOutputHint } from '@cc-executor/executions';
import { notification } from '../json-rpc/frames.ts';
import type { Session } from '../sessions/session.ts';
import type { Batch, Gap } from '../subscriptions/batch.ts';
import type { Sink } from '../subscriptions/reader.ts';
import { processNotifications } from './process-notifications.ts';

/** Tells a session of an execution as of a process: started, its output, completed. */
export class ProcessSink implements Sink {
  readonly #session: Session;
  readonly #executionId: string;
  readonly #onEnd: () => void;
  #truncated = false;

  /** `onEnd` is called right before `process.completed` is sent: what is asked after it finds the session free. */
  constructor(session: Session, executionId: string, onEnd: () => void) {
    this.#session = session;
    this.#executionId = executionId;
    this.#onEnd = onEnd;
  }

  events(batch: Batch): boolean {
    let more = true;
    for (const { json } of batch.events) {
      const event = JSON.parse(json) as ExecutionEvent;
      for (const [name, params] of processNotifications(event, this.#truncated)) {
        if (name === 'process.output') this.#truncated = false;
        if (name === 'process.completed') this.#onEnd();
        more = this.#session.send(notification(name, params));
      }
    }
    return more;
  }

  gap({ first, last }: Gap): boolean {
    this.#truncated = true;
    const [execution_id, output] = [this.#executionId, taskOutputHint(this.#executionId)];
    return this.#session.send(notification('gap', { execution_id, from: first, to: last, output }));
  }

  reset(epoch: string): boolean {
    return this.#session.send(notification('reset', { execution_id: this.#executionId, epoch }));
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
