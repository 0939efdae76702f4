import type { Report } from '@cc-executor/sdk';
import { useState } from 'preact/hooks';
import { useCall, useEvery, useTitle } from '../live/hooks.ts';
import { useNews } from '../live/use-news.ts';
import { Badge } from '../parts/badge.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { HOUR_MS, SPANS, spanOf } from '../parts/spans.ts';
import { linkTo, toList, toTask } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { clock, count, dollars, duration } from '../words.ts';
import { DoneTable } from '../report/done-table.tsx';
import { Failures } from '../report/failures.tsx';
import { FirstVisit } from '../report/first-visit.tsx';
import { Needs } from '../report/needs.tsx';

/** Times pass, although nothing happens. Milliseconds. */
const REFRESH_MS = 60_000;

/** What happened in a night, in the order in which a person needs it. */
export function Morning({ query }: { query: URLSearchParams }) {
  const [asked, spoken, hours] = spanOf(query.get('since'));
  const {
    value: report,
    error,
    reload,
  } = useCall(
    async (client, signal) => await client.report({ since: new Date(Date.now() - hours * HOUR_MS), signal }),
    ['report', hours],
  );
  const isReached = useNews(reload);
  useEvery(REFRESH_MS, reload);
  useTitle(report === null ? TEXTS.title : `${report.headline} · ${TEXTS.title}`);
  return (
    <>
      {!isReached && <Notice tone="warn" text={TEXTS.unreachable} />}
      {report === null ? (
        error === null ? (
          <p class="muted">{TEXTS.loading}</p>
        ) : (
          <Failure error={error} reload={reload} />
        )
      ) : (
        <ReportView report={report} spoken={spoken} asked={asked} reload={reload} />
      )}
    </>
  );
}

interface ViewProps {
  report: Report;
  spoken: string;
  asked: string;
  reload: () => void;
}

function ReportView({ report, spoken, asked, reload }: ViewProps) {
  const { counts, waiting, running, changed, branches } = report;
  return (
    <>
      <div class="head">
        <h1 aria-live="polite">{report.headline}</h1>
        <label class="inline">
          <span class="muted">In </span>
          <select
            value={asked}
            onChange={(event) => {
              location.hash = linkTo([], { since: event.currentTarget.value });
            }}
          >
            {SPANS.map(([name, words]) => (
              <option value={name}>{words}</option>
            ))}
          </select>
        </label>
        <span class="muted">as of {clock(report.generated_at)}</span>
      </div>
      {counts.executions > 0 && (
        <p class="muted meta">
          <span>{duration(report.times.working)} working</span>
          {report.times.waiting >= 1 && <span>{duration(report.times.waiting)} waiting</span>}
          <span>cost {dollars(report.cost_usd)}</span>
        </p>
      )}
      {counts.executions === 0 && <FirstVisit spoken={spoken} />}
      <Partial sentences={report.partial} />
      <Needs needs={report.needs_you} onDone={reload} />
      <Failures failed={report.failed} total={counts.failed} />
      {waiting.length > 0 && (
        <section aria-labelledby="waiting">
          <h2 id="waiting">
            {TEXTS.waiting} <span class="count">{waiting.length}</span>
          </h2>
          <ul class="rows">
            {waiting.map(({ execution_id, title, sentence, until }) => (
              <li>
                <a data-item href={toList(execution_id)}>
                  {execution_id}
                </a>{' '}
                <span class="muted">{title}</span>
                <p>
                  {sentence}
                  {until !== null && ` Until ${clock(until)}.`}
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
                <a data-item href={toList(execution_id)}>
                  {execution_id}
                </a>{' '}
                <span class="muted">{title}</span>
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
  const figures = [
    ['working', duration(times.working), null],
    ['waiting', duration(times.waiting), 'limits, pauses and retries'],
    ['queued', duration(times.queued), null],
    ['tokens', tokens, 'in and out, without the cache'],
    [
      'cost',
      dollars(cost_usd),
      cost_unknown > 0 && cost_usd !== null
        ? `not known of ${String(cost_unknown)} more`
        : 'estimate of the agent',
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

/** So many are shown at once. */
const SHOWN = 15;

function Changed({ changed, branches }: Pick<Report, 'changed' | 'branches'>) {
  const [isAll, setAll] = useState(false);
  if (changed.length + branches.length === 0) return null;
  return (
    <section aria-labelledby="changed">
      <h2 id="changed">{TEXTS.changed}</h2>
      <ul class="rows branches">
        {branches.map(({ execution_id: id, list, branch, is_delivered: isDelivered, sentence }) => (
          <li key={id}>
            <Badge tone={isDelivered ? 'good' : 'warn'} text="branch" /> <code>{branch}</code>{' '}
            <a data-item href={toList(id)}>
              {list}
            </a>
            <p class="muted">{sentence}</p>
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
          Show all {changed.length}
        </button>
      )}
    </section>
  );
}
