import type { ResultsView } from '@cc-executor/sdk';
import { progressText, statusText } from '@cc-executor/contracts/progress';
import { duration } from './durations.ts';
import { linesOf, oneLine, paint, print } from './print.ts';
import { signOf, styleOf } from './status-styles.ts';

/** What each task gave, for people. */
export function printResults(view: ResultsView): void {
  for (const task of view.results) {
    const warnings = task.warnings ?? task.findings;
    const state = statusText(task.status, warnings.length > 0);
    const sign = paint(styleOf(state), signOf(task.status));
    const time = task.execution_time === null ? '' : `  ${duration(task.execution_time)}`;
    const label = oneLine(task.task_description).slice(0, 100);
    print(`${sign} ${String(task.task_number)}. ${paint('bold', label)}  ${state}${time}`);
    if (task.message !== null) print(`    ${oneLine(task.message)}`);
    if (task.amendment !== null)
      print(
        `    prompt ${task.amendment.amended === null ? 'not ' : ''}amended: ${oneLine(task.amendment.reason ?? '')}`,
      );
    if (task.validation?.is_valid === false)
      print(`    judged invalid: ${oneLine(task.validation.reason ?? '')}`);
    for (const { command, outcome, message } of task.checks)
      if (outcome !== 'completed') print(`    check ${oneLine(command)}: ${oneLine(message ?? outcome)}`);
    for (const { message } of warnings) print(paint('yellow', `    ! ${oneLine(message)}`));
    for (const text of [task.result ?? task.stdout, task.stderr])
      if (text !== '') for (const line of linesOf(text)) print(`    ${line}`);
    if (task.truncated)
      print(`    … (cc-executor logs ${view.execution_id} --task ${String(task.task_number)})`);
  }
  const state = statusText(view.status, (view.warned_tasks ?? 0) > 0);
  const time = view.total_execution_time === null ? '' : ` in ${duration(view.total_execution_time)}`;
  const cost = view.cost_usd === null ? '' : `, $${view.cost_usd.toFixed(2)}`;
  print(`${paint(styleOf(state), state)}: ${progressText(view)}${time}${cost}`);
}
