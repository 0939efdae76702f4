import { reasonText } from '@cc-executor/contracts/progress';
import { OUTCOME_CODES } from '@cc-executor/contracts/outcomes';
import type { ExecutionPage } from '@cc-executor/sdk';
import { memo } from 'preact/compat';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useCall, useClient, useSparingly, useTitle } from '../live/hooks.ts';
import { useNews } from '../live/use-news.ts';
import { Status } from '../parts/badge.tsx';
import { Failure } from '../parts/notice.tsx';
import { Stale } from '../parts/stale.tsx';
import { linkTo, toList } from '../route.ts';
import { STATUS_WORDS, TEXTS } from '../texts.ts';
import { clock, dollars, duration, secondsBetween, sentenceOf } from '../words.ts';
import { LISTS } from '../texts/lists.ts';

const STATUSES = [
  'queued',
  'running',
  'paused',
  'waiting',
  'cancelling',
  'completed',
  'failed',
  'cancelled',
] as const;
const PAGE = 50;
/** The lists are read at most this often, in milliseconds. */
const LOOK_MS = 1000;
type Row = ExecutionPage['executions'][number];

/** All executions, the newest first; what is looked for is in the address. */
export default function Lists({ query }: { query: URLSearchParams }) {
  const client = useClient();
  const asked = (name: string) => query.get(name) || undefined;
  const filter = {
    status: STATUSES.find((status) => status === asked('status')),
    outcome: OUTCOME_CODES.find((outcome) => outcome === asked('outcome')),
    label: asked('label')
      ?.split(',')
      .map((label) => label.trim()),
    q: asked('q'),
    from: startOf(asked('from'), 0),
    // The last day is part of the time.
    to: startOf(asked('to'), 1),
  };
  const key = ['lists', query.toString()];
  const { value, error, reload } = useCall(
    async (caller, signal) => await caller.list({ ...filter, limit: PAGE, signal }),
    key,
  );
  const [more, setMore] = useState<{ key: string; rows: Row[]; cursor: string | null; fault: string }>();
  const fault = useNews(useSparingly(LOOK_MS, reload));
  useTitle(`${LISTS.title} · ${TEXTS.title}`);
  const own = more?.key === JSON.stringify(key) ? more : undefined;
  const rows = [...(value?.executions ?? []), ...(own?.rows ?? [])];
  const cursor = own ? own.cursor : (value?.next_cursor ?? null);
  const readMore = async () => {
    if (cursor === null) return;
    const before = own?.rows ?? [];
    const place = JSON.stringify(key);
    try {
      const page = await client.list({ ...filter, limit: PAGE, cursor });
      setMore({ key: place, rows: [...before, ...page.executions], cursor: page.next_cursor, fault: '' });
    } catch (failure) {
      setMore({ key: place, rows: before, cursor, fault: sentenceOf(failure) });
    }
  };
  return (
    <>
      <h1>{LISTS.title}</h1>
      {fault !== undefined && <Stale error={fault} />}
      <Filters query={query} />
      {error !== null && <Failure error={error} reload={reload} />}
      {value === null && error === null && <p class="muted">{TEXTS.loading}</p>}
      {value !== null && rows.length === 0 && (
        <p>
          {LISTS.none} <a href="#/new">{LISTS.write}</a> {LISTS.or} <a href="#/lists">{LISTS.showAll}</a>.
        </p>
      )}
      <ul class="rows">
        {unique(rows).map((row) => (
          <ListRow key={row.execution_id} row={row} />
        ))}
      </ul>
      {cursor !== null && (
        <button type="button" onClick={() => void readMore()}>
          {LISTS.older}
        </button>
      )}
      <p role="alert" class="bad">
        {own?.fault}
      </p>
    </>
  );
}

/** Returns the begin of a day, like 2026-01-31, in the zone of the reader, or of the one so many days after it. */
function startOf(day: string | undefined, after: number): Date | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? '') ?? [];
  return year === undefined ? undefined : new Date(Number(year), Number(month) - 1, Number(date) + after);
}

/** The filters. Each change of them changes the address. */
function Filters({ query }: { query: URLSearchParams }) {
  const form = useRef<HTMLFormElement>(null);
  const go = (event: Event) => {
    event.preventDefault();
    if (form.current === null) return;
    const given = [...new FormData(form.current)].flatMap(([name, value]) =>
      typeof value === 'string' && value !== '' ? [[name, value] as const] : [],
    );
    location.hash = linkTo(['lists'], Object.fromEntries(given));
  };
  const asked = (name: string) => query.get(name) ?? '';
  useEffect(() => {
    // The address may have changed otherwise. What somebody types in is left alone.
    for (const field of form.current?.querySelectorAll('input, select') ?? [])
      if (
        (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) &&
        field !== document.activeElement
      )
        field.value = asked(field.name);
  }, [query.toString()]);
  return (
    <form ref={form} class="filters" onSubmit={go} onChange={go} role="search">
      <label>
        {LISTS.state}
        <Choice name="status" chosen={asked('status')} all={STATUSES} />
      </label>
      <label>
        {LISTS.outcome}
        <Choice name="outcome" chosen={asked('outcome')} all={OUTCOME_CODES} />
      </label>
      <label>
        {LISTS.words}
        <input name="q" type="search" defaultValue={asked('q')} placeholder={LISTS.wordsOf} />
      </label>
      <label>
        {LISTS.label}
        <input name="label" defaultValue={asked('label')} placeholder={LISTS.labelLike} />
      </label>
      <label>
        {LISTS.from}
        <input name="from" type="date" defaultValue={asked('from')} />
      </label>
      <label>
        {LISTS.to}
        <input name="to" type="date" defaultValue={asked('to')} />
      </label>
      {query.size > 0 && <a href="#/lists">{LISTS.all}</a>}
    </form>
  );
}

function Choice({ name, chosen, all }: { name: string; chosen: string; all: readonly string[] }) {
  return (
    <select name={name}>
      <option value="">{LISTS.any}</option>
      {all.map((each) => (
        <option value={each} selected={each === chosen}>
          {STATUS_WORDS[each] ?? each.replaceAll('_', ' ')}
        </option>
      ))}
    </select>
  );
}

const ListRow = memo(({ row }: { row: Row }) => {
  const took = secondsBetween(row.started_at, row.completed_at);
  return (
    <li>
      <div class="row-head">
        <a data-item href={toList(row.execution_id)}>
          {row.title ?? row.execution_id}
        </a>
        <Status status={row.status} />
        {row.reason !== null && row.reason !== row.progress && row.status !== 'running' && (
          <span class="muted">{reasonText(row.reason)}</span>
        )}
        {row.status === 'waiting' && row.waiting_until !== null && (
          <span class="muted">{LISTS.until(clock(row.waiting_until))}</span>
        )}
        <span class="muted push">{clock(row.created_at)}</span>
      </div>
      <p class="muted meta">
        <span>{row.progress}</span>
        {row.remaining_time !== null && <span>{TEXTS.remains(duration(row.remaining_time))}</span>}
        {took !== null && <span>{duration(took)}</span>}
        {row.cost_usd !== null && <span>{dollars(row.cost_usd)}</span>}
        {row.current_task !== null && <span>{row.current_task}</span>}
        <span class="id">{row.execution_id}</span>
      </p>
    </li>
  );
}, isSameRow);

function isSameRow(a: { row: Row }, b: { row: Row }): boolean {
  return JSON.stringify(a.row) === JSON.stringify(b.row);
}

/** A list that moved while older ones were read is shown once. */
function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.execution_id, row])).values()];
}
