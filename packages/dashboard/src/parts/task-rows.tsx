import { taskAt } from '@cc-executor/contracts/task-numbers';
import { takenText } from '@cc-executor/contracts/choice';
import type { ExecutionView } from '@cc-executor/sdk';
import { memo } from 'preact/compat';
import { useState } from 'preact/hooks';
import type { Attempt, Timeline } from '../live/timeline.ts';
import { toTask } from '../route.ts';
import { LIST } from '../texts/list.tsx';
import { count, duration, titleOf } from '../words.ts';
import { Badge, Status } from './badge.tsx';

type Task = ExecutionView['tasks'][number];

interface Props {
  view: ExecutionView;
  timeline: Timeline;
  /** The states of the tasks, in their order. */
  statuses: readonly string[];
}

/** A list with more tasks than this is folded. */
const MANY = 100;
/** About this many tasks are seen without scrolling. */
const SCREEN = 8;
/** The number of rows that are added at once. */
const STEP = 100;
/** The states that need a look first. */
const FIRST: ReadonlySet<string> = new Set(['failed', 'timed_out', 'running', 'cancelled']);

/** The tasks of a list, with their attempts in time; of many tasks, those first that need a look. */
export function TaskRows(props: Props) {
  const { view, statuses } = props;
  const first = view.tasks.filter(
    (task, index) => FIRST.has(statuses[index] ?? '') || (task.warnings ?? []).length > 0,
  );
  if (view.tasks.length <= MANY)
    return (
      <>
        <Failed {...props} />
        <Rows {...props} tasks={view.tasks} />
      </>
    );
  if (first.length === 0) return <Paged {...props} tasks={view.tasks} />;
  return (
    <>
      <p class="muted">{LIST.first(count(first.length), count(view.tasks.length))}</p>
      <Paged {...props} tasks={first} />
      <Folded {...props} tasks={view.tasks} />
    </>
  );
}

/** Links to the failed tasks of a list that is longer than a screen. */
function Failed({ view, statuses }: Props) {
  const failed = view.tasks.filter((_, index) => isFailed(statuses[index]));
  if (failed.length === 0 || view.tasks.length <= SCREEN) return null;
  return (
    <p class="meta">
      <b>{LIST.failed(count(failed.length))}</b>
      {failed.map((task) => (
        <a href={toTask(view.execution_id, task.task_number)}>
          {task.task_number}. {titleOf(task)}
        </a>
      ))}
    </p>
  );
}

function isFailed(status: string | undefined): boolean {
  return status === 'failed' || status === 'timed_out';
}

interface RowsProps extends Props {
  /** The tasks that are shown, in their order. */
  tasks: readonly Task[];
}

function Folded(props: RowsProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{LIST.all(count(props.tasks.length))}</summary>
      {isOpen && <Paged {...props} />}
    </details>
  );
}

/** Shows the first rows, and more on demand. */
function Paged({ tasks, ...rest }: RowsProps) {
  const [shown, show] = useState(STEP);
  const left = tasks.length - shown;
  return (
    <>
      <Rows {...rest} tasks={tasks.slice(0, shown)} />
      {left > 0 && (
        <button type="button" onClick={() => show(shown + STEP)}>
          {LIST.more(count(Math.min(STEP, left)), count(tasks.length))}
        </button>
      )}
    </>
  );
}

function Rows({ view, timeline, statuses, tasks }: RowsProps) {
  const byTask = Map.groupBy(timeline.attempts, ({ task }) => task);
  const first = Date.parse(timeline.attempts[0]?.started ?? view.started_at ?? view.created_at);
  const span = Math.max(1, (view.completed_at === null ? Date.now() : Date.parse(view.completed_at)) - first);
  return (
    // The whole time is a property of the list, so that a row is drawn again only when it has changed.
    <ol class="tasks" style={{ '--span': String(view.completed_at === null ? roundUp(span) : span) }}>
      {tasks.map((task) => (
        <TaskRow
          key={task.task_number}
          id={view.execution_id}
          task={task}
          status={taskAt(statuses, task.task_number) ?? task.status}
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
    <li class={isFailed(status) ? 'failed' : ''}>
      <div class="row-head">
        <span class="number">{task.task_number}</span>
        <a data-item href={toTask(id, task.task_number)}>
          {titleOf(task)}
        </a>
        {/* Its last attempt has ended, and another one follows. */}
        <Status status={status === 'pending' && attempts.length > 0 ? 'waiting' : status} />
        {status === 'completed' && <TakenBadge task={task} />}
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
      {task.choice !== undefined && <p>{task.choice}</p>}
      {task.not_run !== undefined && <p class="muted">{task.not_run}</p>}
      {(task.warnings ?? []).map(({ message }) => (
        <p class="warn-text">{message}</p>
      ))}
    </li>
  ),
  isSameRow,
);

/** Whether a variant was taken, where its state does not say it. */
export function TakenBadge({ task: { variant } }: { task: Pick<Task, 'variant'> }) {
  const text = takenText(variant);
  return text === null ? null : <Badge text={text} />;
}

/** Returns whether a row shows the same: an attempt that has ended does not change. */
function isSameRow(a: RowProps, b: RowProps): boolean {
  return (
    a.id === b.id &&
    a.first === b.first &&
    a.status === b.status &&
    a.task.not_run === b.task.not_run &&
    a.task.variant?.taken === b.task.variant?.taken &&
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
