import { taskAt } from '@cc-executor/contracts/task-numbers';
import type { AnalysisView } from '@cc-executor/sdk';
import { useState } from 'preact/hooks';
import { Badge } from '../parts/badge.tsx';
import { count, dollars, duration } from '../words.ts';
import { LineLink } from './line-link.tsx';
import { PREVIEW } from '../texts/new-list.ts';

/** The number of tasks that are shown at once. */
const SHOWN = 50;
/** The fields of a task that are not options. */
const OWN = ['prompt', 'command', 'tool', 'name'];

interface Props {
  tasks: readonly unknown[];
  analysis: AnalysisView;
  /** The line of each task; null: it is in none. */
  lines: readonly (number | null)[];
  onLine: (line: number) => void;
}

/** The tasks as the server understands them: their options, the time that they may take, and what may be wrong. */
export function Preview({ tasks, analysis, lines, onLine }: Props) {
  const [shown, show] = useState(SHOWN);
  const { forecast } = analysis;
  return (
    <>
      <p class="muted">
        {PREVIEW.forecast(
          duration(forecast.expected),
          duration(forecast.likely),
          forecast.cost_usd === null ? null : dollars(forecast.cost_usd),
        )}
        {forecast.without_history > 0 && PREVIEW.unknown(forecast.without_history, analysis.total_tasks)}
      </p>
      {(forecast.plan ?? []).map(({ limit, used, needed, fits }) => (
        <p class={fits === false ? 'warn-text' : 'muted'} key={limit}>
          {PREVIEW.limit(limit.replaceAll('_', ' '), percent(used), needed === null ? null : percent(needed))}
          {fits === false && PREVIEW.waits}.
        </p>
      ))}
      <h2>{PREVIEW.title}</h2>
      <ol class="rows preview">
        {analysis.tasks.slice(0, shown).map(({ task_number: task, task_description, kind, ...rest }) => (
          <li key={task}>
            <div class="row-head">
              <span class="number">{task}</span>
              <span>{task_description}</span>
              <Badge text={kind} />
              <span class="muted push">{duration(rest.prediction.expected)}</span>
            </div>
            <p class="muted meta">
              {optionsIn(taskAt(tasks, task)).map(([name, value]) => (
                <span key={name}>
                  {name.replaceAll('_', ' ')} <code>{value}</code>
                </span>
              ))}
            </p>
            {rest.findings.map(({ code, message }) => (
              <p class="warn-text" key={code}>
                <LineLink line={taskAt(lines, task) ?? null} onLine={onLine} /> {message}
              </p>
            ))}
          </li>
        ))}
      </ol>
      {analysis.tasks.length > shown && (
        <button type="button" onClick={() => show(shown + SHOWN)}>
          {PREVIEW.more(count(analysis.tasks.length))}
        </button>
      )}
    </>
  );
}

function percent(part: number): string {
  return `${String(Math.round(part * 100))} %`;
}

function optionsIn(task: unknown): [string, string][] {
  if (typeof task !== 'object' || task === null) return [];
  return Object.entries(task).flatMap(([name, value]) => {
    if (OWN.includes(name)) return [];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return [[name, text.length > 80 ? `${text.slice(0, 80)}…` : text] satisfies [string, string]];
  });
}
