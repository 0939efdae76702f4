import { taskOutputHint } from '@cc-executor/executions';
import { notification } from '../json-rpc/frames.ts';
import type { Session } from '../sessions/session.ts';
import type { Batch, Gap } from './batch.ts';
import type { Encoding } from './encodings.ts';
import type { Sink } from './reader.ts';

/** Writes an execution's events to a socket, as stored. */
export class FrameSink implements Sink {
  readonly #session: Session;
  readonly #executionId: string;
  readonly #encoding: Encoding;

  constructor(session: Session, executionId: string, encoding: Encoding) {
    this.#session = session;
    this.#executionId = executionId;
    this.#encoding = encoding;
  }

  get hasRoom(): boolean {
    return this.#session.hasRoom;
  }

  events(batch: Batch): void {
    this.#session.write(batch.frames(this.#encoding));
  }

  gap({ first, last }: Gap): void {
    this.#tell('gap', { from: first, to: last, output: taskOutputHint(this.#executionId) });
  }

  reset(epoch: string): void {
    this.#tell('reset', { epoch });
  }

  end(last: number): void {
    this.#tell('end', { last });
  }

  get restarting(): AbortSignal {
    return this.#session.restarting;
  }

  restart(after: number): void {
    this.#tell('restart', { after });
  }

  async drained(): Promise<void> {
    await this.#session.drained();
  }

  #tell(what: 'gap' | 'reset' | 'end' | 'restart', params: object): void {
    this.#session.send(
      this.#encoding === 'rpc'
        ? notification(what, { execution_id: this.#executionId, ...params })
        : JSON.stringify({ type: what, ...params }),
    );
  }
}
