import type { Report, ReportDone } from '@cc-executor/sdk';
import { useState } from 'preact/hooks';
import { Badge } from '../parts/badge.tsx';
import { toList, toTask } from '../route.ts';
import { NEWS_WORDS, TEXTS, VERDICT_WORDS } from '../texts.ts';
import { REPORT } from '../texts/report.ts';
import { dollars, duration } from '../words.ts';

const SHOWN = 20;
const TONES: Readonly<Record<ReportDone['verdict'], string>> = {
  contradicted: 'bad',
  unproven: 'warn',
  checked: 'good',
  exit_code: 'good',
  answered: 'good',
};

/** The succeeded tasks, with the agent's claims and the known facts. Those that need a review come first. */
export function DoneTable({ done, counts }: { done: readonly ReportDone[]; counts: Report['counts'] }) {
  const [isAll, setAll] = useState(false);
  if (counts.done === 0) return null;
  const { tests_claimed: claimed, tests_proven: proven } = counts;
  return (
    <section aria-labelledby="done">
      <h2 id="done">
        {TEXTS.done} <span class="count good">{counts.done}</span>
      </h2>
      {claimed > 0 && <p>{REPORT.tests(claimed, proven)}</p>}
      <ul class="rows done">
        {(isAll ? done : done.slice(0, SHOWN)).map((task) => (
          <DoneRow key={`${task.execution_id} ${String(task.task)}`} task={task} />
        ))}
      </ul>
      {!isAll && done.length > SHOWN && (
        <button type="button" onClick={() => setAll(true)}>
          {REPORT.showAll(done.length)}
        </button>
      )}
    </section>
  );
}

function DoneRow({
  task: { execution_id: id, task, title, verdict, claim, choice = null, proof, news, warnings, ...rest },
}: {
  task: ReportDone;
}) {
  return (
    <li>
      <div class="row-head">
        <a data-item href={task === null ? toList(id) : toTask(id, task)}>
          {title}
        </a>
        <Badge tone={TONES[verdict]} text={VERDICT_WORDS[verdict] ?? verdict} />
        {news.map(({ kind }) => (
          <Badge text={NEWS_WORDS[kind] ?? kind} />
        ))}
        <span class="muted push">
          {duration(rest.execution_time)}
          {rest.cost_usd !== null && ` · ${dollars(rest.cost_usd)}`}
        </span>
      </div>
      {claim !== null && (
        <p class="claim">
          <span class="muted">{REPORT.said}</span>
          {claim}
        </p>
      )}
      {choice !== null && <p>{choice}</p>}
      {(verdict !== 'exit_code' || news.length > 0) && (
        <p>
          <span class="muted">{REPORT.known}</span>
          {[proof, ...news.map(({ sentence }) => sentence)].join(' ')}
        </p>
      )}
      {verdict !== 'contradicted' && warnings.map((warning) => <p class="warn-text">{warning}</p>)}
    </li>
  );
}
