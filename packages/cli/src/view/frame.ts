import { progressText, statusText } from '@cc-executor/contracts/progress';
import { duration } from '../print/durations.ts';
import { paint } from '../print/print.ts';
import { harmless } from '../print/terminal.ts';
import { cut, fold } from '../print/text-width.ts';
import { signOf, styleOf } from '../print/status-styles.ts';
import type { Progress, TaskLine } from './progress.ts';

const LONGEST_LABEL = 60;
const SHORTEST_LABEL = 20;
/** Of a task, and of the whole. */
const SHOWN_NOTES = 3;

export interface FrameOptions {
  /** Milliseconds since the epoch. */
  now: number;
  /** Columns; undefined where there is no terminal: lines are as long as they are. */
  width: number | undefined;
  /** How many lines of the current output are shown. */
  tail: number;
  /** Lines that there is room for; tasks far from the current one are left out. */
  height?: number;
}

/** The execution as lines: its state, a line for each task, and the current output beneath the running one. */
export function renderFrame(
  progress: Progress,
  { now, width, tail, height = Infinity }: FrameOptions,
): string {
  const room = width === undefined ? Infinity : width - 3;
  const fit = (text: string) => (width === undefined ? text : cut(text, width - 1, ''));
  const head = `${progress.id}  ${progress.statusText}${progress.why}  ${progressText(progress.counts)}`;
  const lines = fold(head, room).map((line) => paint(['bold', styleOf(progress.statusText)], fit(line)));
  for (const line of progress.standStill.flatMap((told) => fold(told, room)))
    lines.push(paint('yellow', `  ${line}`));
  for (const line of shortened(progress.notes)) lines.push(paint('yellow', fit(`  ! ${line}`)));
  const { shown, before, after } = inView(progress.tasks, height - tail - lines.length - 2);
  if (before > 0) lines.push(paint('gray', `  … ${String(before)} before`));
  for (const task of shown) {
    lines.push(paintLine(task, fit(taskText(task, now, width))));
    for (const line of shortened(task.notes)) lines.push(paint('yellow', fit(`    ! ${line}`)));
    if (task.status !== 'running') continue;
    const last = progress.tail.filter((line) => line !== '').slice(-tail);
    for (const line of tail > 0 ? last : []) lines.push(paint('gray', fit(`      ${line}`)));
  }
  if (after > 0) lines.push(paint('gray', `  … ${String(after)} more`));
  return harmless(lines.join('\n'));
}

/** The line of one task, without colours; a long name gives way to what is told of the task. */
export function taskText(task: TaskLine, now: number, width = Infinity): string {
  const elapsed =
    task.status === 'running' && task.startedAt !== null ? (now - task.startedAt) / 1000 : task.took;
  const facts = [
    task.status === 'completed' && !task.isWarned ? null : statusText(task.status, task.isWarned),
    elapsed === null ? null : `${duration(Math.max(0, elapsed))}${expectedOf(task)}`,
    task.attempt > 1 ? `attempt ${String(task.attempt)}` : null,
    task.tokens === null ? null : `${String(task.tokens)} tokens`,
    task.cost === null ? null : `$${task.cost.toFixed(2)}`,
    task.message,
  ].filter((fact) => fact !== null);
  const told = facts.join(', ');
  const head = `${signOf(task.status)} ${String(task.number)}. `;
  const room = Math.min(LONGEST_LABEL, Math.max(SHORTEST_LABEL, width - head.length - told.length - 3));
  return `${head}${task.label.slice(0, room)}  ${told}`.trimEnd();
}

/** What a running task is thought to take, where that is worth a word. */
function expectedOf({ status, expected }: TaskLine): string {
  return status !== 'running' || expected === null || expected < 1 ? '' : ` of about ${duration(expected)}`;
}

function paintLine(task: TaskLine, text: string): string {
  return `${paint(styleOf(statusText(task.status, task.isWarned)), text.slice(0, 1))}${text.slice(1)}`;
}

/** Returns the tasks around the current one, as many as there is room for with their notes; always the current one. */
function inView(tasks: readonly TaskLine[], room: number) {
  const current = tasks.findIndex(({ status }) => status === 'running' || status === 'pending');
  let start = current === -1 ? Math.max(0, tasks.length - 1) : current;
  let end = start;
  let left = Math.max(3, room);
  for (let refused = 0, forward = true; refused < 2; forward = !forward) {
    const task = tasks[forward ? end : start - 1];
    const height = task ? 1 + shortened(task.notes).length : Infinity;
    const isFirst = task !== undefined && start === end;
    refused = isFirst || height <= left ? 0 : refused + 1;
    if (refused > 0) continue;
    left -= height;
    if (forward) end += 1;
    else start -= 1;
  }
  return { shown: tasks.slice(start, end), before: start, after: tasks.length - end };
}

/** Returns the last notes, and how many there were before them. */
function shortened(notes: readonly string[]): string[] {
  const before = notes.length - SHOWN_NOTES;
  return before <= 0 ? [...notes] : [`${String(before)} before`, ...notes.slice(before)];
}
