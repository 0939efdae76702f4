import { taskAt } from '@cc-executor/contracts/task-numbers';
import { isSetAside } from '@cc-executor/contracts/progress';
import type { ExecutionView } from '@cc-executor/sdk';
import { useEffect } from 'preact/hooks';
import { useCall, useTitle } from '../live/hooks.ts';
import { emptyStory, foldStory } from '../live/story.ts';
import { useFollow } from '../live/use-follow.ts';
import { Badge, Status } from '../parts/badge.tsx';
import { ReceivedPrompt } from '../parts/received-prompt.tsx';
import { AttemptsBeside } from '../parts/attempts-beside.tsx';
import { Changes } from '../parts/changes.tsx';
import { Broken, Connection } from '../parts/connection.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { OutputView } from '../parts/output-view.tsx';
import { Proof } from '../parts/proof.tsx';
import { StoryView } from '../parts/story-view.tsx';
import { TodoList } from '../parts/todo-list.tsx';
import { TakenBadge } from '../parts/task-rows.tsx';
import { TaskWayBack } from '../parts/way-back.tsx';
import { toList, toTask } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { LIST } from '../texts/list.tsx';
import { SHELL } from '../texts/shell.ts';
import { TASK } from '../texts/task.ts';
import { dollars, duration, isAway, titleOf } from '../words.ts';

type Task = ExecutionView['tasks'][number];
const TABS = ['story', 'output', 'stderr', 'changes', 'proof', 'asked', 'attempts'] as const;
type Tab = (typeof TABS)[number];

/** One task: what was asked, what was done, what it printed, and what is proven. */
export default function TaskPage({
  id,
  task: number,
  query,
}: {
  id: string;
  task: number;
  query: URLSearchParams;
}) {
  const { value, error, reload } = useCall(
    async (client, signal) => await client.attach(id).details({ signal }),
    ['details', id],
  );
  const task = taskAt(value?.tasks ?? [], number);
  // What a command prints is read from its file; what an agent says is in the log alone.
  const isPrompt = task === undefined || task.kind === 'prompt';
  const { state, connection } = useFollow(id, { task: number, output: isPrompt }, emptyStory, foldStory);
  const ends = state.attempts.filter(({ ended }) => ended !== null).length;
  useEffect(reload, [ends, state.attempts.length, connection === 'away']);
  useTitle(`${task ? nameOf(task) : id} · ${TEXTS.title}`);
  if (value === null)
    return error === null ? <p class="muted">{TEXTS.loading}</p> : <Failure error={error} reload={reload} />;
  if (!task)
    return (
      <Notice tone="bad" text={TEXTS.noTask}>
        <a href={toList(id)}>{TASK.toList}</a>
      </Notice>
    );
  const event = Number(query.get('event')) || null;
  const attempt = Number(query.get('attempt')) || attemptOf(state, event) || task.attempt;
  const tab = TABS.find((name) => name === query.get('tab')) ?? firstTab(task);
  const end = attempt === task.attempt ? task.end : null;
  const expected =
    state.attempts.find((one) => one.attempt === attempt)?.expected ?? task.prediction?.expected ?? null;
  const running = state.attempts.some(({ ended }) => ended === null);
  return (
    <>
      <Broken connection={connection} reload={reload} />
      {value !== null && error !== null && !isAway(error) && <Failure error={error} reload={reload} />}
      <p class="crumbs">
        <a href="#/">{SHELL.places.report}</a> / <a href={toList(id)}>{value.title ?? id}</a> /{' '}
        {TASK.task(number)}
      </p>
      <div class="head">
        <h1>{nameOf(task)}</h1>
        <State task={task} end={end} isRunning={running} />
        <Connection connection={connection} />
      </div>
      <Said task={task} end={end} />
      <p class="muted meta">
        <span>
          {duration(end?.execution_time ?? null)}
          {expected !== null && TASK.expected(duration(expected))}
        </span>
        {end?.paused_time !== undefined && <span>{TASK.paused(duration(end.paused_time))}</span>}
        {task.kind === 'prompt' && task.attempt > 0 && <span>{LIST.cost(dollars(task.cost_usd))}</span>}
        {end?.model && <span>{end.model}</span>}
        {end?.exit_code != null && <span>{TASK.exitCode(end.exit_code)}</span>}
      </p>
      <TaskWayBack id={id} task={number} last={value.tasks.length} status={value.status} onDone={reload} />
      {task.attempt > 1 && tab !== 'attempts' && (
        <nav class="tabs small" aria-label={TASK.attempts}>
          {Array.from({ length: task.attempt }, (_, index) => index + 1).map((each) => {
            const known = state.attempts.find((one) => one.attempt === each);
            return (
              <a
                href={toTask(id, number, { attempt: each, tab })}
                aria-current={each === attempt ? 'page' : undefined}
              >
                {TASK.attempt(each)}
                {known?.outcome && <span class="muted"> {known.outcome.replaceAll('_', ' ')}</span>}
              </a>
            );
          })}
        </nav>
      )}
      <nav class="tabs" aria-label={TASK.parts}>
        {tabsOf(task).map((name) => (
          <a
            href={toTask(id, number, { attempt, tab: name })}
            aria-current={name === tab ? 'page' : undefined}
          >
            {TASK.tabs[name]}
          </a>
        ))}
      </nav>
      <TabView tab={tab} id={id} task={task} attempt={attempt} query={query} state={state} />
    </>
  );
}

/** How the task stands, and how its attempt ended. */
function State({ task, end, isRunning }: { task: Task; end: Task['end']; isRunning: boolean }) {
  const isAside = isSetAside({ status: task.status, taken: task.variant?.taken });
  return (
    <>
      <Status status={isRunning ? 'running' : isAside ? 'not_taken' : task.status} />
      {!isAside && <TakenBadge task={task} />}
      {end !== null && end.outcome !== 'completed' && (
        <Badge tone={isAside ? '' : 'bad'} text={end.outcome.replaceAll('_', ' ')} />
      )}
    </>
  );
}

/** The sentences about the end of an attempt, or about why there was none. */
function Said({ task, end }: { task: Task; end: Task['end'] }) {
  return (
    <>
      {end !== null && task.choice !== undefined && <p>{task.choice}</p>}
      {task.not_run !== undefined && <p>{task.not_run}</p>}
      {end?.message && <p class="reason">{end.message}</p>}
    </>
  );
}

interface TabProps {
  tab: Tab;
  id: string;
  task: Task;
  attempt: number;
  query: URLSearchParams;
  state: ReturnType<typeof emptyStory>;
}

function TabView({ tab, id, task, attempt, query, state }: TabProps) {
  if (attempt === 0 && tab !== 'asked') return <p class="muted">{TASK.notStarted}</p>;
  const end = attempt === task.attempt ? task.end : null;
  switch (tab) {
    case 'story':
      return (
        <>
          <TodoList todos={state.todos.get(attempt) ?? []} />
          <StoryView
            parts={state.parts.get(attempt) ?? []}
            at={Number(query.get('event')) || null}
            head={state.head}
            link={(seq) => toTask(id, task.task_number, { attempt, tab, event: seq })}
            find={query.get('find')}
          />
        </>
      );
    case 'output':
    case 'stderr': {
      const stream = tab === 'output' ? 'stdout' : 'stderr';
      const at = query.get('at');
      return (
        <OutputView
          key={stream}
          id={id}
          task={task.task_number}
          attempt={attempt}
          stream={stream}
          at={at === null ? null : Math.max(0, Number(at) || 0)}
          news={state.head}
          isRunning={attempt === task.attempt && task.end === null}
          expected={end === null ? null : stream === 'stdout' ? end.stdout_bytes : end.stderr_bytes}
        />
      );
    }
    case 'changes':
      return (
        <Changes
          id={id}
          task={task.task_number}
          attempt={attempt}
          parts={state.parts.get(attempt) ?? []}
          file={query.get('file')}
        />
      );
    case 'proof':
      return <Proof id={id} task={task} attempt={attempt} />;
    case 'asked':
      return (
        <ReceivedPrompt id={id} task={task} attempt={attempt} changes={state.prompts.get(attempt) ?? []} />
      );
    case 'attempts':
      return <AttemptsBeside id={id} task={task} attempts={state.attempts} />;
  }
}

/** Returns the attempt that an event is of; 0: that is not known. */
function attemptOf({ parts }: TabProps['state'], event: number | null): number {
  if (event === null) return 0;
  const begun = [...parts].filter(([, [first]]) => first !== undefined && Math.abs(first.seq) <= event);
  return Math.max(0, ...begun.map(([attempt]) => attempt));
}

function nameOf({ name, kind, text }: Task): string {
  if (name === null && kind === 'tool') {
    const call = JSON.parse(text) as { server: string; name: string };
    return `${call.server}: ${call.name}`;
  }
  return titleOf({ name, text });
}

function tabsOf({ kind, attempt }: Task) {
  return TABS.filter((name) => (name === 'story' ? kind === 'prompt' : name !== 'attempts' || attempt > 1));
}

function firstTab({ kind, end }: Task): Tab {
  if (kind === 'prompt') return 'story';
  return end !== null && end.outcome !== 'completed' && end.stderr_bytes > 0 && end.stdout_bytes === 0
    ? 'stderr'
    : 'output';
}
