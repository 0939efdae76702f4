import type { SearchView } from '@cc-executor/sdk';
import { useEffect } from 'preact/hooks';
import { useCall, useTitle } from '../live/hooks.ts';
import { Failure, Notice } from '../parts/notice.tsx';
import { HOUR_MS, SPANS, spanOf } from '../parts/spans.ts';
import { linkTo, toList, toTask } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { REPORT } from '../texts/report.ts';
import { SEARCH } from '../texts/search.ts';
import { bytes, count } from '../words.ts';

/** The address at which a hit is shown. */
const TAB_OF = { stdout: 'output', stderr: 'stderr', messages: 'story' } as const;
/** A hit that is this far inside of its line is gone to itself, with so much before it. Bytes. */
const [FAR, CONTEXT] = [8 * 1024, 400];
/** The number of hits that are listed. */
const LISTED = 200;

type Hit = SearchView['hits'][number];

/** Where a text is in the outputs of one execution or of a night; what is looked for is in the address. */
export default function SearchPage({ query }: { query: URLSearchParams }) {
  const q = query.get('q') ?? '';
  const id = query.get('execution');
  const task = Number(query.get('task')) || undefined;
  const skip = Math.max(0, Math.floor(Number(query.get('skip')) || 0));
  const [since, hours] = spanOf(query.get('since'));
  const { value, error, reload } = useCall<SearchView | null>(
    async (client, signal) => {
      if (q === '') return null;
      const how = { skip, limit: LISTED, signal };
      return id === null
        ? await client.search(q, { ...how, since: new Date(Date.now() - hours * HOUR_MS) })
        : await client.attach(id).search(q, { ...how, task });
    },
    ['search', q, id, task, hours, skip],
  );
  useTitle(`${q === '' ? SEARCH.title : q} · ${TEXTS.title}`);
  useEffect(() => {
    if (q === '') document.querySelector<HTMLElement>('input[type="search"]')?.focus();
  }, []);
  const isBusy = q !== '' && value === null && error === null;
  return (
    <>
      <h1>{SEARCH.title}</h1>
      <form class="filters" role="search" onSubmit={go} key={`${q} ${String(id)} ${String(task)} ${since}`}>
        <label>
          {SEARCH.text}
          <input name="q" type="search" required maxLength={500} defaultValue={q} />
        </label>
        {id === null ? (
          <label>
            {SEARCH.time}
            <select name="since">
              {SPANS.map(([name]) => (
                <option value={name} selected={name === since}>
                  {REPORT.spans[name]}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <p>
            {SEARCH.in} <a href={toList(id)}>{id}</a>
            {task !== undefined && SEARCH.task(task)}.{' '}
            <a href={linkTo(['search'], { q })}>{TEXTS.searchAll}</a>
            <input type="hidden" name="execution" value={id} />
            {task !== undefined && <input type="hidden" name="task" value={task} />}
          </p>
        )}
        <button type="submit" class="primary">
          {SEARCH.title}
        </button>
      </form>
      <p aria-live="polite">
        {isBusy && TEXTS.searching}
        {value !== null && foundText(value, skip)}
      </p>
      {error !== null && <Failure error={error} reload={reload} />}
      {value !== null && (
        <>
          <Hits found={value} skip={skip} />
          <Pages query={query} found={value} skip={skip} />
        </>
      )}
    </>
  );
}

function go(event: Event): void {
  event.preventDefault();
  const form = event.currentTarget;
  if (!(form instanceof HTMLFormElement)) return;
  const given = [...new FormData(form)].flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, value] as const] : [],
  );
  location.hash = linkTo(['search'], Object.fromEntries(given));
}

function foundText({ count: all, hits, bytes: size }: SearchView, skip: number): string {
  if (all === 0) return SEARCH.nowhere(bytes(size));
  const last = skip + hits.length;
  const some = hits.length === 0 ? SEARCH.noneHere : SEARCH.listed(count(skip + 1), count(last));
  return SEARCH.found(count(all), all === 1, bytes(size), hits.length === all ? '' : some);
}

/** The ways to the hits before and after those that are listed. */
function Pages({ query, found, skip }: { query: URLSearchParams; found: SearchView; skip: number }) {
  const to = (at: number) => linkTo(['search'], { ...Object.fromEntries(query), skip: at });
  const next = skip + found.hits.length;
  return (
    <nav class="tabs small" aria-label={SEARCH.pages}>
      {skip > 0 && <a href={to(Math.max(0, skip - LISTED))}>{SEARCH.before}</a>}
      {found.hits.length > 0 && next < found.count && <a href={to(next)}>{SEARCH.after}</a>}
    </nav>
  );
}

function Hits({ found: { hits, partial }, skip }: { found: SearchView; skip: number }) {
  return (
    <>
      {partial.map((sentence) => (
        <Notice tone="warn" text={sentence} />
      ))}
      <ol class="rows hits" start={skip + 1}>
        {hits.map((hit) => (
          <HitRow hit={hit} />
        ))}
      </ol>
    </>
  );
}

function HitRow({ hit }: { hit: Hit }) {
  const { execution_id: id, task, attempt, stream, line, before, match, after } = hit;
  const place = stream === 'messages' ? { find: before + match } : { at: placeOf(hit) };
  return (
    <li>
      <a data-item href={toTask(id, task, { attempt, tab: TAB_OF[stream], ...place })}>
        {SEARCH.hit(id, task)}
        {line !== null && (stream === 'messages' ? SEARCH.message : SEARCH.line)(count(line))}
      </a>
      <pre>
        {before}
        <mark>{match}</mark>
        {after}
      </pre>
    </li>
  );
}

/** The byte to open an output at: the beginning of the line or, in a very long one, a little before the hit. */
function placeOf({ at, line_at: begin }: Hit): number {
  return at - begin < FAR ? begin : at - CONTEXT;
}
