import { HISTORY_COLUMNS, type HistoryFormat, type HistoryRow } from '@cc-executor/contracts';
import { stringify } from 'csv-stringify/sync';

export const HISTORY_TYPES: Record<HistoryFormat, string> = {
  json: 'application/json; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

/** Yields rows as text of a format, as they arrive. */
export async function* historyText(
  batches: AsyncIterable<HistoryRow[]>,
  format: HistoryFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield csv([], true);
  if (format === 'json') yield '{"rows":[';
  let separator = '';
  for await (const rows of batches) {
    if (format === 'csv') yield csv(rows, false);
    else if (format === 'jsonl') yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    else yield separator + rows.map((row) => JSON.stringify(row)).join(',');
    separator = ',';
  }
  if (format === 'json') yield ']}\n';
}

/** By RFC 4180; an apostrophe marks what a spreadsheet would interpret as a formula. */
function csv(rows: HistoryRow[], header: boolean): string {
  return stringify(rows, {
    columns: HISTORY_COLUMNS,
    header,
    record_delimiter: 'windows',
    // The library quotes values with the record delimiter, but not with half of it.
    quoted_match: /[\r\n]/,
    escape_formulas: true,
    cast: { boolean: String, string: asText },
  });
}

/** Some spreadsheets ignore spaces before a formula, which the library does not. */
function asText(value: string): string {
  return /^\s+[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/.test(value) ? `'${value}` : value;
}
