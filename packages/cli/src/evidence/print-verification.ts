import type { Verification } from '@cc-executor/contracts';
import { oneLine, paint, print } from '../print/print.ts';

const STYLES = { verified: 'green', unverified: 'yellow', contradicted: 'red' } as const;

/** What was found of one execution, for people: of what is verified little, of the rest why it is not. */
export function printVerification({ execution_id, verdict, reasons, signed_by, tasks }: Verification): void {
  const proven = tasks.filter((task) => task.verdict === 'verified').length;
  const signed = signed_by === null ? '' : `, signed by ${signed_by}`;
  print(
    `${paint(STYLES[verdict], verdict)}  ${oneLine(execution_id ?? '?')}: ${String(proven)} of ${String(tasks.length)} tasks${signed}`,
  );
  for (const reason of reasons) print(`  ${oneLine(reason)}`);
  for (const task of tasks) {
    if (task.verdict === 'verified' && task.remarks.length === 0) continue;
    const name = task.name === null ? '' : ` (${oneLine(task.name)})`;
    print(`  ${paint(STYLES[task.verdict], task.verdict)}  task ${String(task.task)}${name}`);
    for (const line of [...task.findings, ...task.reasons, ...task.remarks]) print(`    ${oneLine(line)}`);
  }
}
