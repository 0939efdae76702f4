import { taskAt } from '@cc-executor/contracts/task-numbers';
import { choiceText } from '@cc-executor/contracts/choice';
import { isLastEvent } from '@cc-executor/contracts/last-event';
import {
  countTasks,
  progressText,
  reasonText,
  statusText,
  type TaskCounts,
} from '@cc-executor/contracts/progress';
import { EXECUTION_STATES, type ExecutionStatus } from '@cc-executor/contracts/states';
import type { ExecutionView, Followed } from '@cc-executor/sdk';
import { oneLine } from '../print/print.ts';
import { toolCallText } from '../print/tool-call.ts';
import { noteOf } from './note-of.ts';
import { standStillLines } from '../follow/stand-still.ts';

type TaskView = ExecutionView['tasks'][number];

/** One task in the view. */
export interface TaskLine {
  number: number;
  label: string;
  status: TaskView['status'];
  attempt: number;
  /** Milliseconds since the epoch; null before it begins. */
  startedAt: number | null;
  /** Seconds that it is thought to take; null where nobody has said. */
  expected: number | null;
  /** In seconds; null before its end. */
  took: number | null;
  tokens: number | null;
  cost: number | null;
  message: string | null;
  /** Its notes, as reported. */
  notes: string[];
  /** The numbers of the tasks that it needs; null: the list has none that say so. */
  needs: readonly number[] | null;
  /** The last lines of its output, while it runs. */
  tail: string[];
  /** True where it completed, or so far runs, with warnings. */
  isWarned: boolean;
  /** Which of several variants it is, from 1, and how many there are; null: it is none. */
  variant: { number: number; of: number } | null;
  /** Of a variant, whether it was taken; undefined: none was so far. */
  taken: boolean | undefined;
  /** The command that it runs; null: it runs none. */
  command: string | null;
}

const TAIL_LINES = 20;

/** The state of an execution, updated by its events. */
export class Progress {
  readonly id: string;
  readonly title: string | null;
  readonly tasks: TaskLine[];
  status: ExecutionView['status'];
  reason: string | null;
  /** Why it is paused or waits, and what to do; empty if it does not. */
  standStill: string[] = [];
  /** The notes of the whole list. */
  notes: string[] = [];
  /** The tasks that take longest together, each needing the one before; empty: one after the other anyway, or unknown. */
  longest: readonly number[] = [];

  /** Milliseconds since the epoch: when it began, since when it is paused, since when its server is away. */
  startedAt: number | null;
  pausedAt: number | null = null;
  awaySince: number | null = null;
  /** When it ended; null: it has not. */
  endedAt: number | null;
  /** Seconds, as the server thinks; null: not known. */
  remaining: number | null;
  /** US dollars, of all tasks so far. */
  cost: number | null;

  constructor(view: ExecutionView) {
    this.id = view.execution_id;
    this.title = view.title == null ? null : oneLine(view.title);
    this.startedAt = timeOf(view.started_at);
    this.endedAt = timeOf(view.completed_at);
    this.remaining = view.remaining_time ?? null;
    this.cost = view.cost_usd ?? null;
    this.status = view.status;
    this.reason = view.reason;
    const isGraph = view.tasks.some(({ needs }) => needs !== undefined);
    this.tasks = view.tasks.map((task) => lineOf(task, isGraph));
    if (view.waiting_for !== undefined)
      this.standStill = [`it begins after ${view.waiting_for}, which works in the same workspace`];
  }

  take(event: Followed): void {
    if (event.type === 'gap' || event.type === 'reset') return;
    const task = this.tasks[(event.task ?? 0) - 1];
    const noted = noteOf(event);
    if (noted !== null) (task ?? this).notes.push(noted);
    switch (event.type) {
      case 'task.started':
        if (task)
          Object.assign(task, {
            status: 'running',
            attempt: event.attempt ?? 1,
            startedAt: Date.parse(event.at),
            expected: event.data.prediction?.expected ?? null,
            took: null,
            tokens: null,
            cost: null,
            message: null,
            tail: [],
            ...(event.data.session?.resumed === true ? {} : { notes: [], isWarned: false }),
          });
        return;
      case 'task.warning':
        if (task) task.isWarned = true;
        return;
      case 'task.output':
        if (event.data.encoding === undefined) append(task, event.data.data);
        return;
      case 'agent.delta':
        append(task, event.data.text);
        return;
      case 'agent.text':
        append(task, '\n');
        return;
      case 'agent.tool_use':
        append(task, `${toolCallText(event.data.name, event.data.input)}\n`);
        return;
      case 'task.checking':
        append(task, `check: ${event.data.command}\n`);
        return;
      case 'task.fixing':
        append(task, `fixing what failed (${String(event.data.round)} of ${String(event.data.of)})\n`);
        return;
      case 'task.completed':
      case 'task.failed':
      case 'task.timed_out':
      case 'task.cancelled':
      case 'task.interrupted':
      case 'task.retrying':
        if (task) Object.assign(task, ended(event.type, event.data, task));
        if (event.type === 'task.completed' && event.data.picked) this.#choose(event.data.picked);
        return;
      case 'task.skipped':
        if (task) task.status = event.data.reason === 'cancelled' ? 'cancelled' : 'skipped';
        return;
      default:
        this.#takeState(event);
    }
  }

  /** The elapsed time: it does not advance while the list is paused, and after its end. */
  timeAt(now: number): number {
    return this.endedAt ?? this.pausedAt ?? now;
  }

  get counts(): TaskCounts {
    return countTasks(this.tasks);
  }

  /** Why it is in its state, in brackets; '' if only the progress is known. */
  get why(): string {
    const isProgress = this.reason === progressText(this.counts);
    return this.reason === null || isProgress ? '' : ` (${oneLine(reasonText(this.reason))})`;
  }

  /** Returns the state for people. */
  get statusText(): string {
    return statusText(this.status, (this.counts.warned_tasks ?? 0) > 0);
  }

  #choose({ task: taken, variant }: NonNullable<End['picked']>): void {
    const { of = 0 } = taskAt(this.tasks, taken)?.variant ?? {};
    for (const task of this.tasks.slice(taken - variant, taken - variant + of))
      task.taken = task.number === taken;
  }

  #takeState(event: Exclude<Followed, { type: 'gap' | 'reset' }>): void {
    const [scope, name] = event.type.split('.');
    if (scope !== 'execution' || name === undefined) return;
    if (name === 'started' || name === 'continued') this.status = 'running';
    else if (name === 'handed_back') this.status = 'queued';
    else if (event.type === 'execution.resumed') this.status = event.data.status;
    else if (isStatus(name)) this.status = name;
    if (name === 'started') this.startedAt ??= Date.parse(event.at);
    if (this.pausedAt !== null && this.status !== 'paused')
      this.#moveStarts(Date.parse(event.at) - this.pausedAt);
    this.pausedAt = this.status === 'paused' ? (this.pausedAt ?? Date.parse(event.at)) : null;
    if (isLastEvent(event.type)) this.endedAt = Date.parse(event.at);
    this.reason = 'reason' in event.data ? event.data.reason : null;
    // What a queued one waits for is known from the server.
    if (name !== 'queued') this.standStill = standStillLines(event, this.id);
  }

  /** A pause is no time of the list, nor of the tasks that run. `ms`: how long it was. */
  #moveStarts(ms: number): void {
    if (this.startedAt !== null) this.startedAt += ms;
    for (const task of this.tasks)
      if (task.status === 'running' && task.startedAt !== null) task.startedAt += ms;
  }

  /** Returns the numbers of what a task waits for; empty where that is the order of the list. */
  awaited({ status, needs }: TaskLine): number[] {
    if (status !== 'pending') return [];
    return (needs ?? []).filter((number) => {
      const needed = taskAt(this.tasks, number)?.status;
      return needed === 'pending' || needed === 'running';
    });
  }
}

/** A carriage return restarts a line, as on a terminal. */
function append(task: TaskLine | undefined, text: string): void {
  if (!task) return;
  const { tail } = task;
  const lines = `${tail.pop() ?? ''}${text}`.split(/\r?\n/);
  tail.push(...lines.map((line) => oneLine(line.slice(line.lastIndexOf('\r') + 1).slice(0, 500))));
  if (tail.length > TAIL_LINES) tail.splice(0, tail.length - TAIL_LINES);
}

function timeOf(iso: string | null | undefined): number | null {
  return iso == null ? null : Date.parse(iso);
}

function isStatus(name: string): name is ExecutionStatus {
  return Object.hasOwn(EXECUTION_STATES, name);
}

function lineOf(task: TaskView, isGraph: boolean): TaskLine {
  const before = task.task_number === 1 ? [] : [task.task_number - 1];
  const warnings = task.warnings ?? warningsOf(task.end);
  return {
    number: task.task_number,
    label: oneLine(task.name ?? task.text).slice(0, 200),
    status: task.status,
    attempt: task.attempt,
    startedAt: task.started_at === null ? null : Date.parse(task.started_at),
    expected: task.prediction?.expected ?? null,
    took: task.end?.execution_time ?? null,
    ...spent(task.end),
    message: shown(task.choice ?? task.end?.message ?? task.not_run ?? null),
    notes: warnings.map(({ message }) => oneLine(message)),
    isWarned: warnings.length > 0,
    needs: isGraph ? (task.needs ?? before) : null,
    tail: [],
    variant: task.variant ?? null,
    taken: task.variant?.taken,
    command: task.kind === 'command' ? task.text : null,
  };
}

function warningsOf(end: End | null): { message: string }[] {
  return [...(end?.warnings ?? []), ...(end?.findings ?? [])];
}

type End = NonNullable<TaskView['end']>;

function ended(type: string, end: End, before: TaskLine): Partial<TaskLine> {
  const name = type.slice('task.'.length);
  const status = name === 'interrupted' || name === 'retrying' ? 'pending' : (name as TaskView['status']);
  const isWarned = before.isWarned || warningsOf(end).length > 0;
  const message = end.picked ? choiceText(end.picked, before.command) : end.message;
  return { status, took: end.execution_time, message: shown(message), isWarned, ...spent(end) };
}

function spent(end: End | null): Pick<TaskLine, 'tokens' | 'cost'> {
  const usage = end?.usage ?? null;
  return {
    tokens: usage === null ? null : usage.input_tokens + usage.output_tokens,
    cost: end?.cost_usd ?? null,
  };
}

function shown(message: string | null): string | null {
  return message === null ? null : oneLine(message);
}
