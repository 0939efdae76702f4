import { counted } from '@cc-executor/contracts/english';
import type { AnalysisView } from '@cc-executor/sdk';
import { duration } from './durations.ts';
import { columns, oneLine, paint, print } from './print.ts';

const LONGEST = 50;

type PlanLimit = NonNullable<AnalysisView['forecast']['plan']>[number];

/** Prints an analysis for people: a line for each task with its findings, and the totals. */
export function printAnalysis({ tasks, forecast }: AnalysisView): void {
  const rows = tasks.map(({ task_number, task_description, classification, prediction }) => [
    `${String(task_number)}.`,
    oneLine(task_description).slice(0, LONGEST),
    `${classification.category}, ${classification.complexity}`,
    duration(prediction.expected),
    `at most ${duration(prediction.likely)}`,
    prediction.based_on.text,
  ]);
  const [head = '', ...lines] = columns([['', 'TASK', 'KIND', 'EXPECTED', 'LIKELY', 'BASED ON'], ...rows]);
  print(paint('bold', head));
  tasks.forEach(({ findings }, index) => {
    print(lines[index] ?? '');
    for (const { code, message } of findings) print(paint('yellow', `    ${code}: ${oneLine(message)}`));
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
  print(paint('bold', ['All', [times, ...spent].join('; ')].join(': ')));
  for (const limit of plan ?? []) print(paint(limit.fits === false ? 'yellow' : 'dim', planLine(limit)));
}

/** Returns one of the plan's limits, with the need of the list. */
function planLine({ limit, used, resets_at, needed, fits }: PlanLimit): string {
  const percent = (part: number) => `${(100 * part).toFixed(0)} %`;
  const until = resets_at === null ? '' : ` until ${resets_at}`;
  const need = needed === null ? '' : `; this needs about ${percent(needed)} of it`;
  const verdict = fits === null ? '' : fits ? ', and fits' : ', and does not fit: it will wait';
  return `Plan, ${limit}: ${percent(used)} used${until}${need}${verdict}`;
}
