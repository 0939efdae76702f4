import { taskAt, taskNumbers } from '@cc-executor/contracts/task-numbers';
import { takenText } from '@cc-executor/contracts/choice';
import type { ExecutionView, GraphView } from '@cc-executor/sdk';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useCall } from '../live/hooks.ts';
import { Status } from '../parts/badge.tsx';
import { Failure } from '../parts/notice.tsx';
import { toTask } from '../route.ts';
import { STATUS_WORDS, TEXTS } from '../texts.ts';
import { GRAPH } from '../texts/graph.ts';
import { count, duration, titleOf } from '../words.ts';
import { fold, layersOf, type GraphNode } from './fold.ts';
import { BOX, layout } from './layout.ts';

/** The width of a box, in pixels; on a narrow screen three are beside each other. */
const WIDTH = 168;
const NARROW = { screen: 600, box: 102 } as const;
/** The number of tasks of a box that are listed at once. */
const LISTED = 100;
/** The number of needs of a task that are named. */
const NAMED = 20;
/** The order of the states in a box: the most important first. */
const FIRST = ['failed', 'timed_out', 'running', 'cancelled', 'skipped', 'pending', 'not_taken', 'completed'];

type Task = ExecutionView['tasks'][number];

interface Props {
  id: string;
  tasks: readonly Task[];
  /** The state of each task as it is now. */
  statuses: readonly string[];
}

/** The tasks of an execution as boxes, with lines from each to what needs it. */
export default function Graph({ id, tasks, statuses }: Props) {
  // What needs what never changes; what takes longest is known better when all have run.
  const isDone = !statuses.some((status) => status === 'pending' || status === 'running');
  const { value, error, reload } = useCall(
    async (client, signal) => await client.attach(id).graph({ signal }),
    ['graph', id, isDone],
  );
  const last = useRef<GraphView | null>(null);
  if (value !== null) last.current = value;
  const graph = value ?? last.current;
  return (
    <section aria-labelledby="graph">
      <h2 id="graph">{GRAPH.title}</h2>
      {graph === null && error === null && <p class="muted">{TEXTS.loading}</p>}
      {error !== null && <Failure error={error} reload={reload} />}
      {graph !== null && <Drawing id={id} tasks={tasks} statuses={statuses} graph={graph} />}
    </section>
  );
}

function Drawing({ id, tasks, statuses, graph }: Props & { graph: GraphView }) {
  const { edges, critical_path: critical } = graph;
  const boxWidth = innerWidth <= NARROW.screen ? NARROW.box : WIDTH;
  const layers = useMemo(() => layersOf(tasks.length, edges), [edges, tasks.length]);
  const { boxes, lines, boxOf, places } = useMemo(() => {
    const folded = fold(statuses, edges, layers);
    return {
      ...folded,
      places: layout(
        folded.boxes.map(({ row }) => row),
        folded.lines,
        boxWidth,
      ),
    };
  }, [edges, layers, statuses.join(), boxWidth]);
  const strong = useMemo(() => new Set(critical), [critical]);
  const steps = useMemo(
    () =>
      new Set(
        critical
          .slice(1)
          .map((to, index) => nameOfLine(taskAt(boxOf, critical[index] ?? 0), taskAt(boxOf, to))),
      ),
    [critical, boxOf],
  );
  const isStrong = (line: number) => {
    const [from, to] = lines[line] ?? [];
    return steps.has(nameOfLine(from, to));
  };
  const [open, setOpen] = useState<string | null>(null);
  const opened = boxes.find(({ key }) => key === open);
  const screen = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // What runs or failed is seen first, however large the drawing is.
    const box = screen.current?.querySelector('.running, .failed, .timed_out')?.closest('li');
    if (box && screen.current)
      screen.current.scrollTo(
        box.offsetLeft - (screen.current.clientWidth - boxWidth) / 2,
        box.offsetTop - BOX.height - BOX.below,
      );
  }, []);
  const { width, height, paths } = places;
  return (
    <>
      <p class="muted">
        {GRAPH.intro} {boxes.length < tasks.length && GRAPH.folded}
      </p>
      <div ref={screen} class="graph" role="region" tabIndex={0} aria-label={GRAPH.title}>
        <div class="sheet" style={{ width: `${String(width)}px`, height: `${String(height)}px` }}>
          <svg width={width} height={height} aria-hidden="true">
            {paths.map(({ path, lines: own }) => (
              <path key={path} d={path} class={own.some(isStrong) ? 'strong' : ''} />
            ))}
          </svg>
          <ol>
            {boxes.map((box, index) => (
              <li
                key={box.key}
                style={{
                  width: `${String(boxWidth)}px`,
                  left: `${String(Math.round(places.places[index]?.x ?? 0))}px`,
                  top: `${String(places.places[index]?.y ?? 0)}px`,
                }}
              >
                <BoxView
                  id={id}
                  box={box}
                  tasks={tasks}
                  statuses={statuses}
                  isStrong={box.tasks.some((task) => strong.has(task))}
                  isOpen={box.key === open}
                  onOpen={() => setOpen(box.key === open ? null : box.key)}
                />
              </li>
            ))}
          </ol>
        </div>
      </div>
      {opened && opened.tasks.length > 1 && (
        <TaskNames id={id} tasks={tasks} statuses={statuses} numbers={opened.tasks} />
      )}
      <AsList id={id} tasks={tasks} statuses={statuses} />
    </>
  );
}

interface BoxProps extends Props {
  box: GraphNode;
  isStrong: boolean;
  isOpen: boolean;
  onOpen: () => void;
}

function BoxView({ id, box: { tasks: numbers }, tasks, statuses, isStrong, isOpen, onOpen }: BoxProps) {
  const [first = 0] = numbers;
  const task = taskAt(tasks, first);
  const states = FIRST.map(
    (state) => [state, numbers.filter((number) => taskAt(statuses, number) === state).length] as const,
  ).filter(([, size]) => size > 0);
  const look = ['box', states[0]?.[0], isStrong && 'strong'].filter(Boolean).join(' ');
  if (numbers.length > 1)
    return (
      <button type="button" class={look} aria-expanded={isOpen} onClick={onOpen}>
        <b>{GRAPH.tasks(count(numbers.length))}</b>
        <span>{states.map(([state, size]) => `${count(size)} ${wordOf(state)}`).join(', ')}</span>
      </button>
    );
  const became = takenText(task?.variant);
  const seconds = task?.end?.execution_time ?? null;
  const needs = needsText(task, first);
  return (
    <a
      class={look}
      data-item
      href={toTask(id, first)}
      title={[`${nameOf(task)} (${needs})`, task?.choice ?? task?.not_run].filter(Boolean).join('. ')}
    >
      <b>
        {first}. {nameOf(task)}
      </b>
      <span>
        {states.map(([state]) => wordOf(state)).join('')}
        {became !== null && states[0]?.[0] === 'completed' && `, ${became}`}
        {seconds !== null && `, ${duration(seconds)}`}
      </span>
      <span class="hidden">{needs}</span>
    </a>
  );
}

/** All tasks with what they need, for those who see no drawing. */
function AsList({ id, tasks, statuses }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{GRAPH.asList}</summary>
      {isOpen && <TaskNames id={id} tasks={tasks} statuses={statuses} numbers={taskNumbers(tasks.length)} />}
    </details>
  );
}

function TaskNames({ id, tasks, statuses, numbers }: Props & { numbers: readonly number[] }) {
  const [shown, show] = useState(LISTED);
  const rank = (number: number) => FIRST.indexOf(taskAt(statuses, number) ?? '');
  const sorted = numbers.length < tasks.length ? numbers.toSorted((a, b) => rank(a) - rank(b)) : numbers;
  return (
    <>
      <ul class="rows needs">
        {sorted.slice(0, shown).map((number) => (
          <li key={number}>
            <a data-item href={toTask(id, number)}>
              {number}. {nameOf(taskAt(tasks, number))}
            </a>{' '}
            <Status status={taskAt(statuses, number) ?? ''} />{' '}
            <span class="muted">
              {needsText(taskAt(tasks, number), number)}
              {whyOf(taskAt(tasks, number))}
            </span>
          </li>
        ))}
      </ul>
      {numbers.length > shown && (
        <button type="button" onClick={() => show(shown + LISTED)}>
          {GRAPH.more(count(Math.min(LISTED, numbers.length - shown)), count(numbers.length))}
        </button>
      )}
    </>
  );
}

function needsText(task: Task | undefined, number: number): string {
  const needs = task?.needs ?? (number > 1 ? [number - 1] : []);
  if (needs.length === 0) return GRAPH.needsNothing;
  return GRAPH.needs(needs.slice(0, NAMED), needs.length > NAMED ? count(needs.length - NAMED) : null);
}

/** Returns the choice of a task, or why it was not run, behind what it needs. */
function whyOf(task: Task | undefined): string {
  const why = task?.choice ?? task?.not_run;
  return why === undefined ? '' : `. ${why}`;
}

function nameOfLine(from: number | undefined, to: number | undefined): string {
  return `${String(from)} ${String(to)}`;
}

function nameOf(task: Task | undefined): string {
  return task === undefined ? '' : titleOf(task);
}

function wordOf(state: string): string {
  return STATUS_WORDS[state] ?? state;
}
