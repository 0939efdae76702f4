import { counted } from '@cc-executor/contracts/english';
import type { AnalysisView } from '@cc-executor/sdk';
import { duration } from './durations.ts';
import { oneLine, paint, print } from './print.ts';
import { tableLines } from './table.ts';
import { terminal } from './terminal.ts';
import { fold } from './text-width.ts';

const LONGEST = 50;
const INDENT = '    ';

type Analyzed = AnalysisView['tasks'][number];

type PlanLimit = NonNullable<AnalysisView['forecast']['plan']>[number];

/** Prints an analysis for people: a line for each task with its findings, and the totals; on a terminal as narrow as it is. */
export function printAnalysis({ tasks, forecast }: AnalysisView): void {
  const width = terminal.isTerminal ? terminal.width : Infinity;
  const cells = (of: (task: Analyzed) => string) => tasks.map(of);
  const [head = '', ...lines] = tableLines(
    [
      { title: '', cells: cells(({ task_number }) => `${String(task_number)}.`) },
      {
        title: 'TASK',
        cells: cells(({ task_description }) => oneLine(task_description).slice(0, LONGEST)),
        gives: true,
      },
      {
        title: 'KIND',
        cells: cells(({ classification: { category, complexity } }) => `${category}, ${complexity}`),
        dispensable: 1,
      },
      { title: 'EXPECTED', cells: cells(({ prediction }) => duration(prediction.expected)) },
      {
        title: 'LIKELY',
        cells: cells(({ prediction }) => `at most ${duration(prediction.likely)}`),
        dispensable: 2,
      },
      { title: 'BASED ON', cells: cells(({ prediction }) => prediction.based_on.text), dispensable: 3 },
    ],
    width,
  );
  print(head);
  tasks.forEach(({ findings }, index) => {
    print(lines[index] ?? '');
    for (const { code, message } of findings)
      for (const line of fold(`${code}: ${oneLine(message)}`, width - INDENT.length))
        print(paint('yellow', `${INDENT}${line}`));
  });
  const { expected, likely, tokens, cost_usd, without_history, plan } = forecast;
  const spent = [
    tokens === null ? null : counted(Math.round(tokens), 'token'),
    cost_usd === null ? null : `$${cost_usd.toFixed(2)}`,
    without_history === 0
      ? null
      : `${String(without_history)} of ${counted(tasks.length, 'task')} without history`,
  ].filter((fact) => fact !== null);
  const times = `${duration(expected)} expected, at most ${duration(likely)} likely`;
  for (const line of fold(['All', [times, ...spent].join('; ')].join(': '), width))
    print(paint('bold', line));
  for (const limit of plan ?? [])
    for (const line of fold(planLine(limit), width))
      print(paint(limit.fits === false ? 'yellow' : 'dim', line));
}

/** Returns one of the plan's limits, with the need of the list. */
function planLine({ limit, used, resets_at, needed, fits }: PlanLimit): string {
  const percent = (part: number) => `${(100 * part).toFixed(0)} %`;
  const until = resets_at === null ? '' : ` until ${resets_at}`;
  const need = needed === null ? '' : `; this needs about ${percent(needed)} of it`;
  const verdict = fits === null ? '' : fits ? ', and fits' : ', and does not fit: it will wait';
  return `Plan, ${limit}: ${percent(used)} used${until}${need}${verdict}`;
}
