import { isSetAside } from '@cc-executor/contracts/progress';
import { lazy, Suspense } from 'preact/compat';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useCall, useSparingly, useTitle } from '../live/hooks.ts';
import { emptyTimeline, foldTimeline, runningTasks } from '../live/timeline.ts';
import { useFollow } from '../live/use-follow.ts';
import { Actions } from '../parts/actions.tsx';
import { Status } from '../parts/badge.tsx';
import { Changes } from '../parts/changes.tsx';
import { Broken, Connection } from '../parts/connection.tsx';
import { EventPlace } from '../parts/event-place.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { SaveLink } from '../parts/save-link.tsx';
import { StandingNotice } from '../parts/standing-notice.tsx';
import { TaskRows } from '../parts/task-rows.tsx';
import { linkTo, toList } from '../route.ts';
import { DELIVERED_WORDS, TEXTS } from '../texts.ts';
import { LIST } from '../texts/list.tsx';
import { SHELL } from '../texts/shell.ts';
import { clock, dollars, duration, isAway, secondsBetween } from '../words.ts';

// Most lists have no graph: it comes with the first one that has.
const Graph = lazy(async () => await import('../graph/graph.tsx'));

/** The texts and sums of a list are read at most this often, in milliseconds. */
const LOOK_MS = 1000;
const NO_OUTPUT = { task: undefined, output: false };

/** One execution: what happened to it, and its tasks with their attempts, live. */
export default function ListPage({ id, query }: { id: string; query: URLSearchParams }) {
  const { value, error, reload } = useCall(
    async (client, signal) => await client.attach(id).details({ signal }),
    ['details', id],
  );
  const { state, connection } = useFollow(id, NO_OUTPUT, emptyTimeline, foldTimeline);
  // The content of the events is live; the texts and the sums are fetched.
  const look = useSparingly(LOOK_MS, reload);
  useEffect(look, [state.changes, state.status, connection === 'away']);
  const [hasChanges, setChanges] = useState(false);
  const statuses = useMemo(() => {
    const running = runningTasks(state);
    // One that began after it was read runs.
    return (value?.tasks ?? []).map(({ task_number: task, status: known, variant }) => {
      if (isSetAside({ status: known, taken: variant?.taken })) return 'not_taken';
      return known === 'pending' && running.has(task) ? 'running' : known;
    });
  }, [value, state.changes]);
  useTitle(`${value?.title ?? id} · ${TEXTS.title}`);
  if (value === null)
    return error === null ? <p class="muted">{TEXTS.loading}</p> : <Failure error={error} reload={reload} />;
  const status = state.status ?? value.status;
  const at = Number(query.get('event')) || null;
  return (
    <>
      <Broken connection={connection} reload={reload} />
      {value !== null && error !== null && !isAway(error) && <Failure error={error} reload={reload} />}
      <p class="crumbs">
        <a href="#/">{SHELL.places.report}</a> / <a href="#/lists">{SHELL.places.lists}</a>
      </p>
      <div class="head">
        <h1>{value.title ?? id}</h1>
        <Status status={status} />
        <Connection connection={connection} />
      </div>
      <p class="muted meta">
        <span class="id">{id}</span>
        <span>{value.progress}</span>
        <span>{LIST.submitted(clock(value.created_at))}</span>
        <span>
          {duration(secondsBetween(value.started_at, value.completed_at ?? new Date().toISOString()))}
        </span>
        {value.tasks.some(({ kind }) => kind === 'prompt') && (
          <span>{LIST.cost(dollars(value.cost_usd))}</span>
        )}
        {value.remaining_time !== null && <span>{TEXTS.remains(duration(value.remaining_time))}</span>}
        <span>{LIST.folder(value.workspace)}</span>
        {value.branch !== undefined && (
          <span>
            {LIST.branch} <span class="id">{value.branch}</span>
            {value.delivered &&
              ` (${value.delivered.commit.slice(0, 12)} ${DELIVERED_WORDS[value.delivered.to]})`}
          </span>
        )}
        {value.rerun_of !== undefined && (
          <span>{LIST.runsAgain(<a href={toList(value.rerun_of)}>{value.rerun_of}</a>)}</span>
        )}
        {(value.reruns ?? []).map((rerun) => (
          <span>{LIST.runAgainBy(<a href={toList(rerun)}>{rerun}</a>)}</span>
        ))}
      </p>
      {value.waiting_for !== undefined && (
        <p>{LIST.beginsAfter(<a href={toList(value.waiting_for)}>{value.waiting_for}</a>)}</p>
      )}
      {status === 'failed' && value.reason !== null && value.reason !== value.progress && (
        <Notice tone="bad" text={value.reason} />
      )}
      {state.standing !== null && <StandingNotice standing={state.standing} />}
      <Actions id={id} status={status} onDone={reload} />
      <form class="filters" role="search" onSubmit={(event) => search(event, id)}>
        <label>
          {LIST.search}
          <input name="q" type="search" required maxLength={500} />
        </label>
      </form>
      {value.tasks.some(({ needs }) => needs !== undefined) && (
        <Suspense fallback={<p class="muted">{TEXTS.loading}</p>}>
          <Graph id={id} tasks={value.tasks} statuses={statuses} />
        </Suspense>
      )}
      <section aria-labelledby="tasks">
        <h2 id="tasks">{LIST.tasks}</h2>
        <TaskRows view={value} timeline={state} statuses={statuses} />
      </section>
      <details
        onToggle={(event) => {
          if (event.currentTarget.open) setChanges(true);
        }}
      >
        <summary>{LIST.changed}</summary>
        {hasChanges && <Changes id={id} task={undefined} attempt={undefined} />}
      </details>
      <section aria-labelledby="moments">
        <h2 id="moments">{LIST.moments}</h2>
        {at !== null && !state.moments.some(({ seq }) => seq === at) && <EventPlace id={id} seq={at} />}
        <ol class="moments">
          {state.moments.map(({ seq, at: time, text, tone }) => (
            <li class={seq === at ? `${tone} hit` : tone} key={seq} {...(seq === at && { ref: show })}>
              <time dateTime={time}>{clock(time)}</time> <span>{text}</span>{' '}
              <a class="muted" href={linkTo(['executions', id], { event: seq })}>
                #{seq}
              </a>
            </li>
          ))}
        </ol>
      </section>
      <p>
        <SaveLink
          label={LIST.report}
          name={`${id}.html`}
          read={async (client) =>
            new Blob([await client.attach(id).report({ format: 'html' })], { type: 'text/html' })
          }
        />
      </p>
    </>
  );
}

function show(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'center' });
}

function search(event: Event, id: string): void {
  event.preventDefault();
  const form = event.currentTarget;
  if (!(form instanceof HTMLFormElement)) return;
  const q = new FormData(form).get('q');
  if (typeof q === 'string') location.hash = linkTo(['search'], { q, execution: id });
}
