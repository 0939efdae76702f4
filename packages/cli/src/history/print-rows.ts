import type { HistoryRow } from '@cc-executor/sdk';
import { duration } from '../print/durations.ts';
import { columns, oneLine, paint, print } from '../print/print.ts';
import { localTime } from '../print/times.ts';
import { styleOf } from '../print/status-styles.ts';

const HEAD = ['ENDED', 'EXECUTION', 'TASK', 'ATTEMPT', 'STATUS', 'TIME', 'COST', 'WHAT'];

/** Prints rows of the history as a table for people. */
export function printRows(rows: readonly HistoryRow[]): void {
  const cells = rows.map((row) => [
    localTime(row.ended_at),
    oneLine(row.execution_id),
    String(row.task),
    String(row.attempt),
    row.outcome === row.status ? row.status : `${row.status} (${row.outcome})`,
    row.duration === null ? '' : duration(row.duration),
    row.cost_usd === null ? '' : `$${row.cost_usd.toFixed(2)}`,
    oneLine(row.description),
  ]);
  const [head = '', ...lines] = columns([HEAD, ...cells]);
  print(paint('bold', head));
  lines.forEach((line, index) => {
    const { status = 'completed' } = rows[index] ?? {};
    print(line.replace(` ${status} `, ` ${paint(styleOf(status), status)} `));
  });
}
