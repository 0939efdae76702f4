import type { ExecutionEvent, HistoryRow } from '@cc-executor/contracts';
import { AttemptRows } from './attempt-rows.ts';
import { logPages } from './log-pages.ts';
import type { History } from './ports/history.ts';
import type { EventLog, StoredEvent } from './ports/log.ts';
import type { ExecutionRecord } from './record.ts';

/** Passes the pages of a log on, and collects the rows of its attempts. */
export function rowsFrom(record: ExecutionRecord, pages: AsyncIterable<StoredEvent[]>) {
  const rows: HistoryRow[] = [];
  const attempts = new AttemptRows(record);
  const watched = async function* (): AsyncGenerator<StoredEvent[]> {
    for await (const page of pages) {
      for (const { type, json } of page) {
        if (!type.startsWith('task.') || type === 'task.output') continue;
        const event = JSON.parse(json) as ExecutionEvent;
        const row = attempts.take(event, event.at);
        if (row) rows.push(row);
      }
      yield page;
    }
  };
  return { pages: watched(), read: rows };
}

/**
 * Adds the history rows that a dead worker did not write: those of the attempts that ended by the log, which is the
 * source of truth. Returns how many there were.
 */
export async function addMissingRows(
  { log, history }: { log: Pick<EventLog, 'page'>; history: Pick<History, 'complete'> },
  record: ExecutionRecord,
): Promise<number> {
  const { pages, read } = rowsFrom(record, logPages(log, record.execution_id));
  for await (const _ of pages);
  return await history.complete(record, read);
}
