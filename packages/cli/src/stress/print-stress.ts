import { counted } from '@cc-executor/contracts/english';
import { columns, print } from '../print/print.ts';
import type { Stress } from './stress.ts';

const WHAT = {
  submit: 'until it is acknowledged',
  queue: 'from there to its start',
  run: 'its run',
  whole: 'all of it, as the client sees it',
} as const;

/** Prints the figures for people. */
export function printStress({
  tasks,
  parallel,
  time,
  tasks_per_second,
  completed,
  failures,
  latencies,
}: Stress): void {
  print(
    `${counted(tasks, 'task')}, ${String(parallel)} at a time, in ${time.toFixed(1)} s: ${String(tasks_per_second)} a second`,
  );
  print(`${String(completed)} completed, ${String(tasks - completed)} failed`);
  for (const [reason, count] of Object.entries(failures)) print(`  ${String(count)} × ${reason}`);
  const rows = Object.entries(latencies).flatMap(([name, figures]) => {
    if (figures === null) return [];
    const { median, p95, p99, most } = figures;
    return [[...[median, p95, p99, most].map((ms) => ms.toFixed(1)), WHAT[name as keyof typeof WHAT]]];
  });
  for (const line of columns([['MEDIAN ms', '95%', '99%', 'MOST', 'OF'], ...rows])) print(line);
}
