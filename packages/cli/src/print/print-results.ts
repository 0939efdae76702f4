import type { ResultsView } from '@cc-executor/sdk';
import { duration } from './durations.ts';
import { linesOf, oneLine, paint, print } from './print.ts';
import { signOf, styleOf } from './status-styles.ts';

/** What each task gave, for people. */
export function printResults(view: ResultsView): void {
  for (const task of view.results) {
    const sign = paint(styleOf(task.status), signOf(task.status));
    const time = task.execution_time === null ? '' : `  ${duration(task.execution_time)}`;
    const label = oneLine(task.task_description).slice(0, 100);
    print(`${sign} ${String(task.task_number)}. ${paint('bold', label)}  ${task.status}${time}`);
    if (task.message !== null) print(`    ${oneLine(task.message)}`);
    if (task.amendment !== null)
      print(
        `    prompt ${task.amendment.amended === null ? 'not ' : ''}amended: ${oneLine(task.amendment.reason ?? '')}`,
      );
    if (task.validation?.is_valid === false)
      print(`    judged invalid: ${oneLine(task.validation.reason ?? '')}`);
    for (const { command, outcome, message } of task.checks)
      if (outcome !== 'completed') print(`    check ${oneLine(command)}: ${oneLine(message ?? outcome)}`);
    for (const { message } of task.findings) print(`    found: ${oneLine(message)}`);
    for (const text of [task.result ?? task.stdout, task.stderr])
      if (text !== '') for (const line of linesOf(text)) print(`    ${line}`);
    if (task.truncated)
      print(`    … (cc-executor logs ${view.execution_id} --task ${String(task.task_number)})`);
  }
  const all = `${String(view.completed_tasks)} of ${String(view.total_tasks)} tasks succeeded`;
  const time = view.total_execution_time === null ? '' : ` in ${duration(view.total_execution_time)}`;
  const cost = view.cost_usd === null ? '' : `, $${view.cost_usd.toFixed(2)}`;
  print(`${paint(styleOf(view.status), view.status)}: ${all}${time}${cost}`);
}
