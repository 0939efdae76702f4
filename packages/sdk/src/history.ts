import type { AttemptStatus, HistoryFormat, HistoryRow } from '@cc-executor/contracts';
import { bodyText } from './body-text.ts';
import { CcLocalError } from './errors.ts';
import type { Transport } from './transport.ts';

/** A filter for history rows. Times are RFC 3339, or dates, or a Date. */
export interface HistoryOptions {
  /** Attempts that ended at or after this time. */
  from?: Date | string | undefined;
  /** Attempts that ended before this time. */
  to?: Date | string | undefined;
  /** Attempts that ended so. */
  status?: AttemptStatus | undefined;
  /** Attempts of this execution. */
  executionId?: string | undefined;
  /** The number of newest rows; default: all. */
  limit?: number | undefined;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
}

/** Returns the history as the server writes it: the body of the response is a stream. */
export async function askForHistory(
  transport: Transport,
  format: HistoryFormat,
  { from, to, status, executionId, limit, signal }: HistoryOptions,
): Promise<Response> {
  const query = new URLSearchParams({ format });
  const given = { from: time(from), to: time(to), status, execution_id: executionId, limit };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, String(value));
  return await transport.send(`history?${query.toString()}`, { signal });
}

/** Yields the rows one after the other. Throws UNREACHABLE if the stream breaks. */
export async function* historyRows(
  transport: Transport,
  options: HistoryOptions,
): AsyncGenerator<HistoryRow, void, undefined> {
  const response = await askForHistory(transport, 'jsonl', options);
  let rest = '';
  try {
    for await (const text of bodyText(response)) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield parse(line);
    }
  } catch (error) {
    throw transport.failure(error, options.signal);
  }
}

function parse(line: string): HistoryRow {
  try {
    return JSON.parse(line) as HistoryRow;
  } catch {
    throw new CcLocalError('BAD_ANSWER', 'A row of the history is not JSON.');
  }
}

function time(given: Date | string | undefined): string | undefined {
  return given instanceof Date ? given.toISOString() : given;
}
