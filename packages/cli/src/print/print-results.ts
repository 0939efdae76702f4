import type { ResultsView, TaskResult } from '@cc-executor/sdk';
import { progressText, statusText } from '@cc-executor/contracts/progress';
import { duration } from './durations.ts';
import { linesOf, oneLine, paint, print } from './print.ts';
import { signOf, styleOf } from './status-styles.ts';

/** Prints the results of each task for people. */
export function printResults(view: ResultsView): void {
  const title = view.title ?? null;
  if (title !== null) print(paint('bold', oneLine(title)));
  for (const task of view.results) printTask(task, view.execution_id);
  const state = statusText(view.status, (view.warned_tasks ?? 0) > 0);
  const time = view.total_execution_time === null ? '' : ` in ${duration(view.total_execution_time)}`;
  const cost = view.cost_usd === null ? '' : `, $${view.cost_usd.toFixed(2)}`;
  print(`${paint(styleOf(state), state)}: ${progressText(view)}${time}${cost}`);
}

function printTask(task: TaskResult, executionId: string): void {
  const warnings = task.warnings ?? task.findings;
  const state = statusText(task.status, warnings.length > 0);
  const sign = paint(styleOf(state), signOf(task.status));
  const facts = [
    state,
    task.execution_time === null ? null : duration(task.execution_time),
    task.attempt > 1 ? `attempt ${String(task.attempt)}` : null,
    task.cost_usd === null ? null : `$${task.cost_usd.toFixed(2)}`,
  ].filter((fact) => fact !== null);
  const label = oneLine(task.task_description).slice(0, 100);
  print(`${sign} ${String(task.task_number)}. ${paint('bold', label)}  ${facts.join('  ')}`);
  for (const line of remarksOf(task)) print(`    ${line}`);
  for (const { message } of warnings) print(paint('yellow', `    ! ${oneLine(message)}`));
  for (const text of [task.result ?? task.stdout, task.stderr])
    if (text !== '') for (const line of linesOf(text)) print(`    ${line}`);
  if (task.truncated) print(`    … (cc-executor logs ${executionId} --task ${String(task.task_number)})`);
}

/** What was found of the task before its output, a line each; the output of a check that failed stands below it. */
function remarksOf({ message, amendment, validation, checks }: TaskResult): string[] {
  const remarks = message === null ? [] : [oneLine(message)];
  if (amendment !== null)
    remarks.push(
      `prompt ${amendment.amended === null ? 'not ' : ''}amended: ${oneLine(amendment.reason ?? '')}`,
    );
  if (validation?.is_valid === false) remarks.push(`judged invalid: ${oneLine(validation.reason ?? '')}`);
  // Each round of fixes runs them again: what a check says last counts.
  const last = new Map(checks.map((check) => [check.command, check]));
  for (const { command, outcome, message: why, output_tail } of last.values()) {
    if (outcome === 'completed') continue;
    remarks.push(`check ${oneLine(command)}: ${oneLine(why ?? outcome)}`);
    if (output_tail.trim() !== '') remarks.push(...linesOf(output_tail).map((line) => `  ${line}`));
  }
  return remarks;
}
