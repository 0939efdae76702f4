import { counted } from '@cc-executor/contracts/english';
import type { Verification } from '@cc-executor/contracts';
import { doneText } from '@cc-executor/evidence';
import { oneLine, paint, print } from '../print/print.ts';

const STYLES = { verified: 'green', unverified: 'yellow', contradicted: 'red' } as const;

/** Prints the verification of one execution: for each task whether its evidence is intact, and what was done. */
export function printVerification({ execution_id, verdict, reasons, signed_by, tasks }: Verification): void {
  const proven = tasks.filter((task) => task.verdict === 'verified').length;
  const signed = signed_by === null ? '' : `, signed by ${signed_by}`;
  print(
    `${paint(STYLES[verdict], verdict)}  ${oneLine(execution_id ?? '?')}: the evidence of ${String(proven)} of ${counted(tasks.length, 'task')} is intact${signed}`,
  );
  for (const reason of reasons) print(`  ${oneLine(reason)}`);
  for (const task of tasks) {
    const name = task.name === null ? '' : ` (${oneLine(task.name)})`;
    const state = task.status_text ?? task.status ?? 'not known';
    const done = task.done ? `; ${doneText(task.done)}` : '';
    print(
      `  ${paint(STYLES[task.verdict], task.verdict)}  task ${String(task.task)}${name}: ${oneLine(state)}${done}`,
    );
    for (const line of task.warnings ?? []) print(paint('yellow', `    ! ${oneLine(line)}`));
    for (const line of [...task.findings, ...task.reasons, ...task.remarks]) print(`    ${oneLine(line)}`);
  }
}
