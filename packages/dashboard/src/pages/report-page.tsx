import type { Report } from '@cc-executor/sdk';
import { useState } from 'preact/hooks';
import { useCall, useEvery, useSparingly, useTitle } from '../live/hooks.ts';
import { useNews } from '../live/use-news.ts';
import { Badge } from '../parts/badge.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { Stale } from '../parts/stale.tsx';
import { HOUR_MS, SPANS, spanOf, type Span } from '../parts/spans.ts';
import { linkTo, toList, toTask } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { REPORT } from '../texts/report.ts';
import { clock, count, dollars, duration } from '../words.ts';
import { DoneTable } from '../report/done-table.tsx';
import { Failures } from '../report/failures.tsx';
import { FirstVisit } from '../report/first-visit.tsx';
import { Needs } from '../report/needs.tsx';

/** Times pass, although nothing happens. Milliseconds. */
const REFRESH_MS = 60_000;
/** The report is read at most this often, in milliseconds. */
const LOOK_MS = 1000;

/** The report of a night, in the order in which a person needs it. */
export function ReportPage({ query }: { query: URLSearchParams }) {
  const [asked, hours] = spanOf(query.get('since'));
  const {
    value: report,
    error,
    reload,
  } = useCall(
    async (client, signal) => await client.report({ since: new Date(Date.now() - hours * HOUR_MS), signal }),
    ['report', hours],
  );
  const fault = useNews(useSparingly(LOOK_MS, reload));
  useEvery(REFRESH_MS, reload);
  useTitle(report === null ? TEXTS.title : `${report.headline} · ${TEXTS.title}`);
  return (
    <>
      {fault !== undefined && <Stale error={fault} />}
      {report === null ? (
        error === null ? (
          <p class="muted">{TEXTS.loading}</p>
        ) : (
          <Failure error={error} reload={reload} />
        )
      ) : (
        <ReportView report={report} asked={asked} reload={reload} />
      )}
    </>
  );
}

interface ViewProps {
  report: Report;
  asked: Span;
  reload: () => void;
}

function ReportView({ report, asked, reload }: ViewProps) {
  const { counts, waiting, running, changed, branches } = report;
  return (
    <>
      <div class="head">
        <h1 aria-live="polite">{report.headline}</h1>
        <label class="inline">
          <span class="muted">{REPORT.in}</span>
          <select
            value={asked}
            onChange={(event) => {
              location.hash = linkTo([], { since: event.currentTarget.value });
            }}
          >
            {SPANS.map(([name]) => (
              <option value={name}>{REPORT.spans[name]}</option>
            ))}
          </select>
        </label>
        <span class="muted">{REPORT.asOf(clock(report.generated_at))}</span>
      </div>
      {counts.executions > 0 && (
        <p class="muted meta">
          <span>{REPORT.working(duration(report.times.working))}</span>
          {report.times.waiting >= 1 && <span>{REPORT.waiting(duration(report.times.waiting))}</span>}
          <span>{REPORT.cost(dollars(report.cost_usd))}</span>
        </p>
      )}
      {counts.executions === 0 && <FirstVisit spoken={REPORT.spans[asked]} />}
      <Needs needs={report.needs_you} onDone={reload} />
      <Failures failed={report.failed} total={counts.failed} />
      <Partial sentences={report.partial} />
      {waiting.length > 0 && (
        <section aria-labelledby="waiting">
          <h2 id="waiting">
            {TEXTS.waiting} <span class="count">{waiting.length}</span>
          </h2>
          <ul class="rows">
            {waiting.map(({ execution_id, title, sentence, until }) => (
              <li>
                <a data-item href={toList(execution_id)} title={execution_id}>
                  {title}
                </a>
                <p>
                  {sentence}
                  {until !== null && REPORT.until(clock(until))}
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
      {running.length > 0 && (
        <section aria-labelledby="running">
          <h2 id="running">
            {TEXTS.running} <span class="count">{running.length}</span>
          </h2>
          <ul class="rows">
            {running.map(({ execution_id, title, current_task, status }) => (
              <li>
                <a data-item href={toList(execution_id)} title={execution_id}>
                  {title}
                </a>
                <p>{current_task ?? status}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
      <DoneTable done={report.done} counts={counts} />
      <Changed changed={changed} branches={branches} />
      <Figures report={report} />
    </>
  );
}

function Figures({ report: { times, usage, cost_usd, cost_unknown, counts } }: { report: Report }) {
  if (counts.executions === 0) return null;
  const tokens = usage === null ? TEXTS.unknown : count(usage.input_tokens + usage.output_tokens);
  const words = REPORT.figures;
  const figures = [
    [words.working, duration(times.working), null],
    [words.waiting, duration(times.waiting), words.waitingFor],
    [words.queued, duration(times.queued), null],
    [words.tokens, tokens, words.tokensOf],
    [
      words.cost,
      dollars(cost_usd),
      cost_unknown > 0 && cost_usd !== null ? words.unknownOf(cost_unknown) : words.estimate,
    ],
  ] as const;
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">{TEXTS.figures}</h2>
      <dl class="figures">
        {figures.map(([name, value, note]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
            {note !== null && <dd class="muted">{note}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
}

function Partial({ sentences }: { sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <Notice tone="plain" text={`${TEXTS.partial}:`}>
      <ul>
        {sentences.map((sentence) => (
          <li>{sentence}</li>
        ))}
      </ul>
    </Notice>
  );
}

/** The number that is shown at once. */
const SHOWN = 15;

function Changed({ changed, branches }: Pick<Report, 'changed' | 'branches'>) {
  const [isAll, setAll] = useState(false);
  if (changed.length + branches.length === 0) return null;
  return (
    <section aria-labelledby="changed">
      <h2 id="changed">{TEXTS.changed}</h2>
      <ul class="rows branches">
        {branches.map(({ execution_id: id, list, branch, commit, is_delivered: isDelivered, sentence }) => (
          <li key={id}>
            <Badge tone={isDelivered ? 'good' : 'warn'} text={REPORT.branch} /> <code>{branch}</code>{' '}
            <a data-item href={toList(id)}>
              {list}
            </a>
            <p class="muted">
              {sentence}
              {commit !== null && REPORT.commit(commit.slice(0, 12))}
            </p>
          </li>
        ))}
      </ul>
      <ul class="rows">
        {(isAll ? changed : changed.slice(0, SHOWN)).map(
          ({ execution_id, task, title, added, changed: edited, removed, paths }) => (
            <li>
              <a
                data-item
                href={task === null ? toList(execution_id) : toTask(execution_id, task, { tab: 'changes' })}
              >
                {title}
              </a>{' '}
              <span class="muted">
                +{added} ~{edited} −{removed}
              </span>
              <p class="paths">{paths.join('  ')}</p>
            </li>
          ),
        )}
      </ul>
      {!isAll && changed.length > SHOWN && (
        <button type="button" onClick={() => setAll(true)}>
          {REPORT.showAll(changed.length)}
        </button>
      )}
    </section>
  );
}
