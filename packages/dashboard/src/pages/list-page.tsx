import type { ExecutionView } from '@cc-executor/sdk';
import { lazy, Suspense } from 'preact/compat';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useCall, useTitle } from '../live/hooks.ts';
import { emptyTimeline, foldTimeline, type Attempt, type Timeline } from '../live/timeline.ts';
import { useFollow } from '../live/use-follow.ts';
import { Actions } from '../parts/actions.tsx';
import { Status } from '../parts/badge.tsx';
import { Changes } from '../parts/changes.tsx';
import { Connection } from '../parts/connection.tsx';
import { EventPlace } from '../parts/event-place.tsx';
import { Failure } from '../parts/notice.tsx';
import { SaveLink } from '../parts/save-link.tsx';
import { linkTo, toList, toTask } from '../route.ts';
import { DELIVERED_WORDS, TEXTS } from '../texts.ts';
import { clock, dollars, duration, secondsBetween } from '../words.ts';

// Most lists have no graph: it comes with the first one that has.
const Graph = lazy(async () => await import('../graph/graph.tsx'));

const NO_OUTPUT = { task: undefined, output: false };

/** One execution: what happened to it, and its tasks with their attempts, live. */
export default function ListPage({ id, query }: { id: string; query: URLSearchParams }) {
  const { value, error, reload } = useCall(
    async (client, signal) => await client.attach(id).details({ signal }),
    ['details', id],
  );
  const { state, connection } = useFollow(id, NO_OUTPUT, emptyTimeline, foldTimeline);
  // What the events tell is live; the texts and the sums come by a call.
  useEffect(reload, [state.changes, state.status]);
  const [hasChanges, setChanges] = useState(false);
  const statuses = useMemo(
    () => (value?.tasks ?? []).map((task) => statusOf(task, state.attempts)),
    [value, state.attempts, state.changes],
  );
  useTitle(`${value?.title ?? id} · ${TEXTS.title}`);
  if (value === null)
    return error === null ? <p class="muted">{TEXTS.loading}</p> : <Failure error={error} reload={reload} />;
  const status = state.status ?? value.status;
  const at = Number(query.get('event')) || null;
  return (
    <>
      <p class="crumbs">
        <a href="#/">Report</a> / <a href="#/lists">Lists</a>
      </p>
      <div class="head">
        <h1>{value.title ?? id}</h1>
        <Status status={status} />
        <Connection connection={connection} />
      </div>
      <p class="muted meta">
        <span class="id">{id}</span>
        <span>{value.progress}</span>
        <span>submitted {clock(value.created_at)}</span>
        <span>
          {duration(secondsBetween(value.started_at, value.completed_at ?? new Date().toISOString()))}
        </span>
        {value.tasks.some(({ kind }) => kind === 'prompt') && <span>cost {dollars(value.cost_usd)}</span>}
        <span>folder {value.workspace}</span>
        {value.branch !== undefined && (
          <span>
            branch <span class="id">{value.branch}</span>
            {value.delivered &&
              ` (${value.delivered.commit.slice(0, 12)} ${DELIVERED_WORDS[value.delivered.to]})`}
          </span>
        )}
        {value.rerun_of !== undefined && (
          <span>
            runs <a href={toList(value.rerun_of)}>{value.rerun_of}</a> again
          </span>
        )}
        {(value.reruns ?? []).map((rerun) => (
          <span>
            run again by <a href={toList(rerun)}>{rerun}</a>
          </span>
        ))}
      </p>
      {value.waiting_for !== undefined && (
        <p>
          It begins after <a href={toList(value.waiting_for)}>{value.waiting_for}</a>, which works in the same
          workspace.
        </p>
      )}
      <Actions id={id} status={status} onDone={reload} />
      <form class="filters" role="search" onSubmit={(event) => search(event, id)}>
        <label>
          Search in its outputs
          <input name="q" type="search" required maxLength={500} />
        </label>
      </form>
      {value.tasks.some(({ needs }) => needs !== undefined) && (
        <Suspense fallback={<p class="muted">{TEXTS.loading}</p>}>
          <Graph id={id} tasks={value.tasks} statuses={statuses} />
        </Suspense>
      )}
      <section aria-labelledby="tasks">
        <h2 id="tasks">Tasks</h2>
        <TaskRows view={value} timeline={state} />
      </section>
      <details
        onToggle={(event) => {
          if (event.currentTarget.open) setChanges(true);
        }}
      >
        <summary>Files that changed since the list began</summary>
        {hasChanges && <Changes id={id} task={undefined} attempt={undefined} />}
      </details>
      <section aria-labelledby="moments">
        <h2 id="moments">What happened</h2>
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
          label="The report of this list as a file, with what is proven"
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

function TaskRows({ view, timeline }: { view: ExecutionView; timeline: Timeline }) {
  const byTask = Map.groupBy(timeline.attempts, ({ task }) => task);
  const first = Date.parse(timeline.attempts[0]?.started ?? view.started_at ?? view.created_at);
  const last = Math.max(first + 1, view.completed_at === null ? Date.now() : Date.parse(view.completed_at));
  return (
    <ol class="tasks">
      {view.tasks.map((task) => {
        const attempts = byTask.get(task.task_number) ?? [];
        const status = statusOf(task, attempts);
        const name = task.name ?? task.text.trim().split('\n', 1)[0] ?? '';
        return (
          <li class={status === 'failed' || status === 'timed_out' ? 'failed' : ''}>
            <div class="row-head">
              <span class="number">{task.task_number}</span>
              <a data-item href={toTask(view.execution_id, task.task_number)}>
                {name}
              </a>
              <Status status={status} />
              {task.carried_from != null && <span class="muted">its result is carried over</span>}
              {attempts.length > 1 && <span class="muted">{attempts.length} attempts</span>}
              <span class="muted push">
                {task.end?.execution_time == null ? '' : duration(task.end.execution_time)}
              </span>
            </div>
            <Track attempts={attempts} first={first} last={last} />
            {task.end !== null && task.end.outcome !== 'completed' && (
              <p class="reason">
                <b>{task.end.outcome.replaceAll('_', ' ')}</b> {task.end.message}
              </p>
            )}
            {(task.warnings ?? []).map(({ message }) => (
              <p class="warn-text">{message}</p>
            ))}
          </li>
        );
      })}
    </ol>
  );
}

/** Returns the state of a task: one that began after it was read runs. */
function statusOf(task: ExecutionView['tasks'][number], attempts: readonly Attempt[]): string {
  if (task.status !== 'pending') return task.status;
  const runs = attempts.some((attempt) => attempt.task === task.task_number && attempt.ended === null);
  return runs ? 'running' : 'pending';
}

/** When the attempts at a task ran, in the time of the execution. */
function Track({ attempts, first, last }: { attempts: readonly Attempt[]; first: number; last: number }) {
  const part = (time: number) => ((time - first) / (last - first)) * 100;
  return (
    <div class="track" aria-hidden="true">
      {attempts.map(({ started, ended, outcome }) => {
        const from = part(Date.parse(started));
        const to = part(ended === null ? last : Date.parse(ended));
        const tone = ended === null ? 'live' : outcome === 'completed' ? 'good' : 'bad';
        return (
          <span
            class={tone}
            style={{ left: `${String(from)}%`, width: `${String(Math.max(0.4, to - from))}%` }}
          />
        );
      })}
    </div>
  );
}
