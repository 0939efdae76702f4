import type { ExecutionPage, ExecutionStatus } from '@cc-executor/sdk';
import { useState } from 'preact/hooks';
import { useCall, useClient, useTitle } from '../live/hooks.ts';
import { useNews } from '../live/use-news.ts';
import { Status } from '../parts/badge.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { linkTo, toList } from '../route.ts';
import { STATUS_WORDS, TEXTS } from '../texts.ts';
import { clock, dollars, duration, secondsBetween, sentenceOf } from '../words.ts';

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
type Row = ExecutionPage['executions'][number];

/** All executions, the newest first; what is looked for is in the address. */
export default function Lists({ query }: { query: URLSearchParams }) {
  const client = useClient();
  const filter = {
    status: STATUSES.find((status) => status === query.get('status')),
    label: query.get('label') || undefined,
    q: query.get('q') || undefined,
  };
  const key = ['lists', filter.status, filter.label, filter.q];
  const { value, error, reload } = useCall(
    async (caller, signal) => await caller.list({ ...filter, limit: PAGE, signal }),
    key,
  );
  const [more, setMore] = useState<{ key: string; rows: Row[]; cursor: string | null; fault: string }>();
  const isReached = useNews(reload);
  useTitle(`Lists · ${TEXTS.title}`);
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
    } catch (fault) {
      setMore({ key: place, rows: before, cursor, fault: sentenceOf(fault) });
    }
  };
  return (
    <>
      <h1>Lists</h1>
      {!isReached && <Notice tone="warn" text={TEXTS.unreachable} />}
      <Filters status={filter.status} q={filter.q ?? ''} label={filter.label ?? ''} />
      {error !== null && <Failure error={error} reload={reload} />}
      {value === null && error === null && <p class="muted">{TEXTS.loading}</p>}
      {value !== null && rows.length === 0 && (
        <p>
          There is no such list. <a href="#/new">Write a new list</a> or <a href="#/lists">show all</a>.
        </p>
      )}
      <ul class="rows">
        {unique(rows).map((row) => (
          <ListRow row={row} />
        ))}
      </ul>
      {cursor !== null && (
        <button type="button" onClick={() => void readMore()}>
          Show older ones
        </button>
      )}
      <p role="alert" class="bad">
        {own?.fault}
      </p>
    </>
  );
}

function Filters({ status, q, label }: { status: ExecutionStatus | undefined; q: string; label: string }) {
  const go = (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const given = [...new FormData(form)].flatMap(([name, value]) =>
      typeof value === 'string' && value !== '' ? [[name, value] as const] : [],
    );
    location.hash = linkTo(['lists'], Object.fromEntries(given));
  };
  return (
    <form class="filters" onSubmit={go} onChange={go} role="search">
      <label>
        State
        <select name="status">
          <option value="">any</option>
          {STATUSES.map((each) => (
            <option value={each} selected={each === status}>
              {STATUS_WORDS[each]}
            </option>
          ))}
        </select>
      </label>
      <label>
        Words
        <input name="q" type="search" defaultValue={q} placeholder="of its title, id or labels" />
      </label>
      <label>
        Label
        <input name="label" defaultValue={label} placeholder="team=web" />
      </label>
    </form>
  );
}

function ListRow({ row }: { row: Row }) {
  const took = secondsBetween(row.started_at, row.completed_at);
  return (
    <li>
      <div class="row-head">
        <a data-item href={toList(row.execution_id)}>
          {row.title ?? row.execution_id}
        </a>
        <Status status={row.status} />
        {row.reason !== null && row.status !== 'running' && (
          <span class="muted">{row.reason.replaceAll('_', ' ')}</span>
        )}
        <span class="muted push">{clock(row.created_at)}</span>
      </div>
      <p class="muted meta">
        <span>{row.progress}</span>
        {took !== null && <span>{duration(took)}</span>}
        {row.cost_usd !== null && <span>{dollars(row.cost_usd)}</span>}
        {row.current_task !== null && <span>{row.current_task}</span>}
        <span class="id">{row.execution_id}</span>
      </p>
    </li>
  );
}

/** A list that moved while older ones were read is shown once. */
function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.execution_id, row])).values()];
}
