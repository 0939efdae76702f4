import type { HistoryRow, NewEvent } from '@cc-executor/contracts';
import { addMissingRows, AttemptRows, type StoredExecution } from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import type { RunPorts } from '../ports.ts';

/** Adds a history row for each attempt that ends in one run, in order and beside the run. */
export class RunHistory {
  readonly #ports: Pick<RunPorts, 'history' | 'log'>;
  readonly #execution: StoredExecution;
  readonly #logger: Logger;
  readonly #rows: AttemptRows;
  #last: Promise<unknown> = Promise.resolve();

  /** `lostOwner`: the previous owner, if it died or was cut off. */
  constructor(
    ports: Pick<RunPorts, 'history' | 'log'>,
    { execution, lostOwner }: { execution: StoredExecution; lostOwner: string | null },
    logger: Logger,
  ) {
    this.#ports = ports;
    this.#execution = execution;
    this.#logger = logger;
    this.#rows = new AttemptRows(execution.record, execution.state);
    // It may have died between the log and the history. The check reads the whole log.
    if (lostOwner !== null) this.#then(() => addMissingRows(ports, execution.record));
  }

  /** Adds stored events, with their time. */
  take(events: readonly NewEvent[], at: string): void {
    const rows = events.map((event) => this.#rows.take(event, at)).filter((row): row is HistoryRow => !!row);
    if (rows.length > 0) this.#then(() => this.#ports.history.add(this.#execution.record, rows));
  }

  /** Resolves when everything added is in the history. */
  async written(): Promise<void> {
    await this.#last;
  }

  #then(write: () => Promise<unknown>): void {
    this.#last = this.#last.then(write).catch((error: unknown) => {
      // The log has it: the row is added when the execution is archived.
      this.#logger.warn({ err: error }, 'a row of the history could not be written yet');
    });
  }
}
