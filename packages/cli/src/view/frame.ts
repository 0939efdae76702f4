import { counted } from '@cc-executor/contracts/english';
import { takenText } from '@cc-executor/contracts/choice';
import { isSetAside, progressText, statusText } from '@cc-executor/contracts/progress';
import { duration } from '../print/durations.ts';
import { paint } from '../print/print.ts';
import { harmless } from '../print/terminal.ts';
import { cut, fold, widthOf } from '../print/text-width.ts';
import { signOf, styleOf } from '../print/status-styles.ts';
import { headerOf } from './header.ts';
import type { Progress, TaskLine } from './progress.ts';

const LONGEST_LABEL = 60;
const SHORTEST_LABEL = 20;
/** Of a task, and of the whole. */
const SHOWN_NOTES = 3;
/** Of what a task waits for. */
const SHOWN_NEEDS = 5;
/** The number of failed tasks that stay visible outside of the view. */
const SHOWN_FAILURES = 5;

export interface FrameOptions {
  /** In milliseconds since 1970. */
  now: number;
  /** Columns; undefined where there is no terminal: lines are as long as they are. */
  width: number | undefined;
  /** The number of lines of the current output that are shown. */
  tail: number;
  /** Lines that there is room for; tasks far from the current one are left out. */
  height?: number;
  /** True: title, times, cost and failures stand above it. */
  header?: boolean;
  /** The lines below it. */
  footer?: string;
}

/** Returns the execution as lines: its state, a line for each task, and the current output below the running one. */
export function renderFrame(
  progress: Progress,
  { now, width, tail, height = Infinity, header = false, footer }: FrameOptions,
): string {
  const room = width === undefined ? Infinity : width - 3;
  const fit = (text: string) => (width === undefined ? text : cut(text, width - 1, ''));
  const at = progress.timeAt(now);
  const lines = header ? joined(headerOf(progress, at), ' · ', room).map((line) => paint('bold', line)) : [];
  const head = [
    progress.id,
    `${progress.statusText}${progress.why}`,
    ...progressText(progress.counts).split(', '),
  ];
  for (const line of joined(head, '  ', room, ', '))
    lines.push(paint(['bold', styleOf(progress.statusText)], fit(line)));
  for (const line of progress.standStill.flatMap((told) => fold(told, room)))
    lines.push(paint('yellow', `  ${line}`));
  for (const line of shortened(progress.notes)) lines.push(paint('yellow', fit(`  ! ${line}`)));
  const below = footer === undefined ? [] : [paint('gray', fit(footer))];
  const left = height - tail - lines.length - below.length - 2;
  const failures = failuresOf(progress.tasks, left);
  const { shown, before, after } = inView(progress.tasks, left - failures.length);
  const running = progress.tasks.filter(({ status }) => status === 'running').length;
  const each = tail === 0 ? 0 : Math.max(1, Math.floor(tail / Math.max(1, running)));
  const textOf = (task: TaskLine) => fit(taskText(task, at, width, progress.awaited(task)));
  const away = failures.filter((task) => !shown.includes(task));
  for (const task of away) lines.push(paintLine(task, textOf(task)));
  if (before - away.length > 0) lines.push(paint('gray', `  … ${String(before - away.length)} before`));
  for (const task of shown) {
    lines.push(paintLine(task, textOf(task)));
    for (const line of shortened(task.notes)) lines.push(paint('yellow', fit(`    ! ${line}`)));
    if (task.status !== 'running') continue;
    const last = task.tail.filter((line) => line !== '').slice(-each);
    for (const line of each > 0 ? last : []) lines.push(paint('gray', fit(`      ${line}`)));
  }
  if (after > 0) lines.push(paint('gray', `  … ${String(after)} more`));
  return harmless([...lines, ...below].join('\n'));
}

/** Returns the line of one task, without colours. A long name is shortened to fit the task's status, and no number is cut. */
export function taskText(
  task: TaskLine,
  now: number,
  width = Infinity,
  awaited: readonly number[] = [],
): string {
  const elapsed =
    task.status === 'running' && task.startedAt !== null ? (now - task.startedAt) / 1000 : task.took;
  const spent = [
    task.tokens === null || task.tokens === 0 ? null : counted(task.tokens, 'token'),
    task.cost === null || task.cost === 0 ? null : `$${task.cost.toFixed(2)}`,
  ];
  const facts = [
    task.status === 'completed' && !task.isWarned ? null : statusText(task.status, task.isWarned),
    takenText(task),
    awaited.length === 0 ? null : `needs ${numbersText(awaited)}`,
    elapsed === null ? null : `${duration(Math.max(0, elapsed))}${expectedOf(task)}`,
    task.attempt > 1 ? `attempt ${String(task.attempt)}` : null,
    // Why it failed is worth more than what it took.
    ...(isFailed(task) ? [task.message, ...spent] : [...spent, task.message]),
  ].filter((fact) => fact !== null);
  const head = `${signOf(task.status)} ${String(task.number)}. `;
  const least = head.length + Math.min(SHORTEST_LABEL, widthOf(task.label)) + 3;
  const told = fitting(facts, width - least, task.message);
  const room = Math.min(LONGEST_LABEL, Math.max(SHORTEST_LABEL, width - head.length - widthOf(told) - 3));
  return `${head}${cut(task.label, room)}  ${told}`.trimEnd();
}

/** Numbers for people: the first of many. */
function numbersText(numbers: readonly number[]): string {
  const shown = numbers.slice(0, SHOWN_NEEDS).join(', ');
  const more = numbers.length - SHOWN_NEEDS;
  return more > 0 ? `${shown} and ${String(more)} more` : shown;
}

/** The facts that there is room for; the first one always, and of a message as much as there is room for. */
function fitting(facts: readonly string[], room: number, message: string | null): string {
  let told = facts[0] ?? '';
  for (const fact of facts.slice(1)) {
    const left = room - widthOf(told) - 2;
    if (widthOf(fact) <= left) told += `, ${fact}`;
    else if (fact === message && left > SHORTEST_LABEL) told += `, ${cut(fact, left)}`;
    else break;
  }
  return told;
}

/** Returns the predicted time of a running task, if it is worth showing. */
function expectedOf({ status, expected }: TaskLine): string {
  return status !== 'running' || expected === null || expected < 1 ? '' : ` of about ${duration(expected)}`;
}

/** Parts as lines that are short enough: a line breaks between parts, and in one only where it alone is too long. */
function joined(parts: readonly string[], gap: string, room: number, lastGap = gap): string[] {
  const lines: string[] = [];
  parts.forEach((part, index) => {
    const last = lines.at(-1);
    const longer = last === undefined ? part : `${last}${index > 2 ? lastGap : gap}${part}`;
    if (last !== undefined && widthOf(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(...fold(part, room));
  });
  return lines;
}

function paintLine(task: TaskLine, text: string): string {
  const style = isSetAside(task) ? 'gray' : styleOf(statusText(task.status, task.isWarned));
  return `${paint(style, text.slice(0, 1))}${text.slice(1)}`;
}

function isFailed({ status, taken }: TaskLine): boolean {
  return (status === 'failed' || status === 'timed_out') && !isSetAside({ status, taken });
}

/** The last tasks that failed, as many as stay in sight. */
function failuresOf(tasks: readonly TaskLine[], room: number): TaskLine[] {
  const failed = tasks.filter(isFailed);
  const most = Math.max(0, Math.min(SHOWN_FAILURES, Math.floor(room / 3)));
  return most === 0 ? [] : failed.slice(-most);
}

/** Returns the tasks around the current one, as many as there is room for with their notes; always the current one. */
function inView(tasks: readonly TaskLine[], room: number) {
  const current = tasks.findIndex(({ status }) => status === 'running' || status === 'pending');
  let start = current === -1 ? Math.max(0, tasks.length - 1) : current;
  let end = start;
  let left = Math.max(3, room);
  for (let refused = 0, forward = true; refused < 2; forward = !forward) {
    const task = tasks[forward ? end : start - 1];
    const height = task ? 1 + shortened(task.notes).length : 0;
    const isFirst = start === end;
    // There may be room for any number.
    refused = task !== undefined && (isFirst || height <= left) ? 0 : refused + 1;
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
