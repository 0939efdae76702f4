import type { ExecutionView } from '@cc-executor/sdk';
import { memo } from 'preact/compat';
import type { Attempt, Timeline } from '../live/timeline.ts';
import { toTask } from '../route.ts';
import { LIST } from '../texts/list.tsx';
import { duration } from '../words.ts';
import { Status } from './badge.tsx';

type Task = ExecutionView['tasks'][number];

interface Props {
  view: ExecutionView;
  timeline: Timeline;
  /** The states of the tasks, in their order. */
  statuses: readonly string[];
}

/** The tasks of a list, with their attempts in time. */
export function TaskRows({ view, timeline, statuses }: Props) {
  const byTask = Map.groupBy(timeline.attempts, ({ task }) => task);
  const first = Date.parse(timeline.attempts[0]?.started ?? view.started_at ?? view.created_at);
  const span = Math.max(1, (view.completed_at === null ? Date.now() : Date.parse(view.completed_at)) - first);
  return (
    // The whole time is a property of the list, so that a row is drawn again only when it has changed.
    <ol class="tasks" style={{ '--span': String(view.completed_at === null ? roundUp(span) : span) }}>
      {view.tasks.map((task, index) => (
        <TaskRow
          key={task.task_number}
          id={view.execution_id}
          task={task}
          status={statuses[index] ?? task.status}
          attempts={byTask.get(task.task_number) ?? NONE}
          first={first}
        />
      ))}
    </ol>
  );
}

/** Returns a number a little higher, the same for long: each change of it is a change of all rows. */
function roundUp(span: number): number {
  const step = 2 ** Math.floor(Math.log2(span)) / 16;
  return Math.ceil(span / step) * step;
}

const NONE: readonly Attempt[] = [];

interface RowProps {
  id: string;
  task: Task;
  status: string;
  attempts: readonly Attempt[];
  /** When the first attempt of the list began, in milliseconds. */
  first: number;
}

const TaskRow = memo(
  ({ id, task, status, attempts, first }: RowProps) => (
    <li class={status === 'failed' || status === 'timed_out' ? 'failed' : ''}>
      <div class="row-head">
        <span class="number">{task.task_number}</span>
        <a data-item href={toTask(id, task.task_number)}>
          {task.name ?? task.text.trim().split('\n', 1)[0] ?? ''}
        </a>
        <Status status={status} />
        {task.carried_from != null && <span class="muted">{LIST.carried}</span>}
        {attempts.length > 1 && <span class="muted">{LIST.attempts(attempts.length)}</span>}
        <span class="muted push">
          {task.end?.execution_time == null ? '' : duration(task.end.execution_time)}
        </span>
      </div>
      <Track attempts={attempts} first={first} />
      {task.end !== null && task.end.outcome !== 'completed' && (
        <p class="reason">
          <b>{task.end.outcome.replaceAll('_', ' ')}</b> {task.end.message}
        </p>
      )}
      {(task.warnings ?? []).map(({ message }) => (
        <p class="warn-text">{message}</p>
      ))}
    </li>
  ),
  isSameRow,
);

/** Returns whether a row shows the same: an attempt that has ended does not change. */
function isSameRow(a: RowProps, b: RowProps): boolean {
  return (
    a.id === b.id &&
    a.first === b.first &&
    a.status === b.status &&
    a.task.attempt === b.task.attempt &&
    (a.task.end === null) === (b.task.end === null) &&
    a.task.warnings?.length === b.task.warnings?.length &&
    a.attempts.length === b.attempts.length &&
    a.attempts.every((attempt, index) => attempt === b.attempts[index])
  );
}

/** When the attempts at a task ran, in the time of the execution. */
function Track({ attempts, first }: { attempts: readonly Attempt[]; first: number }) {
  return (
    <div class="track" aria-hidden="true">
      {attempts.map(({ started, ended, outcome }) => {
        const from = { '--from': String(Date.parse(started) - first) };
        const to = ended === null ? {} : { '--to': String(Date.parse(ended) - first) };
        const tone = ended === null ? 'live' : outcome === 'completed' ? 'good' : 'bad';
        return <span class={tone} style={{ ...from, ...to }} />;
      })}
    </div>
  );
}
