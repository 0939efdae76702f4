import type { ReportFailure } from '@cc-executor/sdk';
import { Badge } from '../parts/badge.tsx';
import { Lines } from '../parts/lines.tsx';
import { toList, toTask } from '../route.ts';
import { NEWS_WORDS, TEXTS } from '../texts.ts';
import { REPORT } from '../texts/report.ts';
import { clock, dollars, duration } from '../words.ts';

/** The failed tasks, each with its reason and the proof. */
export function Failures({ failed, total }: { failed: readonly ReportFailure[]; total: number }) {
  if (failed.length === 0) return null;
  return (
    <section aria-labelledby="failed">
      <h2 id="failed">
        {TEXTS.failed} <span class="count bad">{total}</span>
      </h2>
      {failed.map((failure) => (
        <FailureCard key={`${failure.execution_id} ${String(failure.task)}`} failure={failure} />
      ))}
    </section>
  );
}

function FailureCard({ failure }: { failure: ReportFailure }) {
  const { execution_id: id, list, task, title, outcome, sentence, proof, news, kind } = failure;
  const took = failure.execution_time;
  return (
    <article class="card failure" data-outcome={outcome ?? 'none'}>
      <h3>
        <a data-item href={task === null ? toList(id) : toTask(id, task)}>
          {title}
        </a>{' '}
        <Badge tone="bad" text={(outcome ?? REPORT.failed).replaceAll('_', ' ')} />{' '}
        {news.map((item) => (
          <Badge
            tone={item.kind === 'newly_failing' ? 'warn' : ''}
            text={NEWS_WORDS[item.kind] ?? item.kind}
          />
        ))}
      </h3>
      <p class="reason">{sentence}</p>
      {proof.map(({ title: what, lines, note, from }) => (
        <div class="proof">
          <p class="muted">
            {from === 'check' ? REPORT.check : ''}
            {what}
            {note === null ? '' : ` · ${note}`}
          </p>
          {lines.length > 0 && <Lines lines={lines} label={REPORT.endOf(what)} />}
        </div>
      ))}
      <p class="muted meta">
        <a href={toList(id)} title={id}>
          {list ?? id}
        </a>
        <span>{kind}</span>
        <span>
          {duration(took)}
          {failure.expected_time !== null && REPORT.expected(duration(failure.expected_time))}
        </span>
        {kind === 'prompt' && <span>{dollars(failure.cost_usd)}</span>}
        <span>{clock(failure.completed_at)}</span>
        {news.map((item) => (
          <span>{item.sentence}</span>
        ))}
      </p>
    </article>
  );
}
