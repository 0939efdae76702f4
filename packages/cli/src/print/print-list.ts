import { progressText, statusText } from '@cc-executor/contracts/progress';
import type { ExecutionPage } from '@cc-executor/sdk';
import { duration } from './durations.ts';
import { oneLine, print } from './print.ts';
import { shortId } from './short-id.ts';
import { styleOf } from './status-styles.ts';
import { tableLines } from './table.ts';
import { terminal } from './terminal.ts';
import { localTime } from './times.ts';

type Listed = ExecutionPage['executions'][number];

/** Prints a page of executions: on a terminal as narrow as it is, elsewhere with whole ids. `none`: what an empty one says. */
export function printList({ executions, next_cursor }: ExecutionPage, none = 'No execution matches.'): void {
  const width = terminal.isTerminal ? terminal.width : Infinity;
  if (executions.length === 0) print(none);
  else
    for (const line of tableLines(
      [
        { title: 'EXECUTION', cells: executions.map(idOf) },
        {
          title: 'STATUS',
          cells: executions.map(stateOf),
          styles: executions.map((one) => styleOf(stateOf(one))),
        },
        {
          title: 'PROGRESS',
          cells: executions.map(terminal.isTerminal ? shortProgress : progressText),
          dispensable: 1,
        },
        { title: 'TITLE', cells: executions.map(({ title }) => oneLine(title ?? '')), gives: true },
        { title: 'SUBMITTED', cells: executions.map((one) => localTime(one.created_at)), dispensable: 4 },
        { title: 'TIME', cells: executions.map(timeOf), dispensable: 2 },
        { title: 'COST', cells: executions.map(costOf), dispensable: 3 },
      ],
      width,
    ))
      print(line);
  if (next_cursor !== null) print(`more: cc-executor list --cursor ${next_cursor}`);
}

function idOf({ execution_id }: Listed): string {
  return terminal.isTerminal ? shortId(execution_id) : oneLine(execution_id);
}

function stateOf({ status, warned_tasks = 0 }: Listed): string {
  return statusText(status, warned_tasks > 0);
}

function shortProgress({ completed_tasks, total_tasks, failed_tasks, not_taken_tasks = 0 }: Listed): string {
  const failed = failed_tasks > 0 ? `, ${String(failed_tasks)} failed` : '';
  const rest = not_taken_tasks > 0 ? `, ${String(not_taken_tasks)} not taken` : '';
  return `${String(completed_tasks)}/${String(total_tasks)}${failed}${rest}`;
}

function timeOf({ started_at, completed_at }: Listed): string {
  // A server of another version may leave out what this one always says.
  if (started_at == null) return '';
  const end = completed_at == null ? Date.now() : Date.parse(completed_at);
  return duration(Math.max(0, end - Date.parse(started_at)) / 1000);
}

function costOf({ cost_usd }: Listed): string {
  return cost_usd == null ? '' : `$${cost_usd.toFixed(2)}`;
}
