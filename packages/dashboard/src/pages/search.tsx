import type { SearchView } from '@cc-executor/sdk';
import { useEffect } from 'preact/hooks';
import { useCall, useTitle } from '../live/hooks.ts';
import { Failure, Notice } from '../parts/notice.tsx';
import { HOUR_MS, SPANS, spanOf } from '../parts/spans.ts';
import { linkTo, toList, toTask } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { bytes, count } from '../words.ts';

/** Where a hit is shown. */
const TAB_OF = { stdout: 'output', stderr: 'stderr', messages: 'story' } as const;
/** So many hits are listed. */
const LISTED = 200;

/** Where a text is in the outputs of one execution or of a night; what is looked for is in the address. */
export default function SearchPage({ query }: { query: URLSearchParams }) {
  const q = query.get('q') ?? '';
  const id = query.get('execution');
  const task = Number(query.get('task')) || undefined;
  const [since, , hours] = spanOf(query.get('since'));
  const { value, error, reload } = useCall<SearchView | null>(
    async (client, signal) => {
      if (q === '') return null;
      const how = { limit: LISTED, signal };
      return id === null
        ? await client.search(q, { ...how, since: new Date(Date.now() - hours * HOUR_MS) })
        : await client.attach(id).search(q, { ...how, task });
    },
    ['search', q, id, task, hours],
  );
  useTitle(`${q === '' ? 'Search' : q} · ${TEXTS.title}`);
  useEffect(() => {
    if (q === '') document.querySelector<HTMLElement>('input[type="search"]')?.focus();
  }, []);
  const isBusy = q !== '' && value === null && error === null;
  return (
    <>
      <h1>Search</h1>
      <form class="filters" role="search" onSubmit={go} key={`${q} ${String(id)} ${String(task)} ${since}`}>
        <label>
          Text in outputs and in what agents said
          <input name="q" type="search" required maxLength={500} defaultValue={q} />
        </label>
        {id === null ? (
          <label>
            Of lists in
            <select name="since">
              {SPANS.map(([name, words]) => (
                <option value={name} selected={name === since}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <p>
            In <a href={toList(id)}>{id}</a>
            {task !== undefined && `, task ${String(task)}`}.{' '}
            <a href={linkTo(['search'], { q })}>{TEXTS.searchAll}</a>
            <input type="hidden" name="execution" value={id} />
            {task !== undefined && <input type="hidden" name="task" value={task} />}
          </p>
        )}
        <button type="submit" class="primary">
          Search
        </button>
      </form>
      <p aria-live="polite">
        {isBusy && TEXTS.searching}
        {value !== null && foundText(value)}
      </p>
      {error !== null && <Failure error={error} reload={reload} />}
      {value !== null && <Hits found={value} />}
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

function foundText({ count: all, hits, bytes: size }: SearchView): string {
  if (all === 0) return `It is nowhere in ${bytes(size)} of output.`;
  const listed = hits.length < all ? `; the first ${count(hits.length)} are listed` : '';
  return `Found ${count(all)} ${all === 1 ? 'time' : 'times'} in ${bytes(size)} of output${listed}.`;
}

function Hits({ found: { hits, partial } }: { found: SearchView }) {
  return (
    <>
      {partial.map((sentence) => (
        <Notice tone="warn" text={sentence} />
      ))}
      <ol class="rows hits">
        {hits.map(({ execution_id, task, attempt, stream, line, line_at: at, before, match, after }) => (
          <li>
            <a
              data-item
              href={toTask(execution_id, task, {
                attempt,
                tab: TAB_OF[stream],
                at,
              })}
            >
              {execution_id}, task {task}
              {line !== null && `, ${stream === 'messages' ? 'message' : 'line'} ${count(line)}`}
            </a>
            <pre>
              {before}
              <mark>{match}</mark>
              {after}
            </pre>
          </li>
        ))}
      </ol>
    </>
  );
}
