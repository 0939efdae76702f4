import { duration } from '../print/durations.ts';
import { paint } from '../print/print.ts';
import { signOf, styleOf } from '../print/status-styles.ts';
import type { Progress, TaskLine } from './progress.ts';

const SEGMENTER = new Intl.Segmenter();
const LONGEST_LABEL = 60;
const SHORTEST_LABEL = 20;

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
  const fit = (text: string) => (width === undefined ? text : cut(text, width - 1));
  const settled = progress.tasks.filter(({ status }) => status !== 'pending' && status !== 'running').length;
  const reason = progress.reason === null ? '' : ` (${progress.reason})`;
  const head = `${progress.id}  ${progress.status}${reason}  ${String(settled)}/${String(progress.tasks.length)}`;
  const lines = [paint(['bold', styleOf(progress.status)], fit(head))];
  for (const line of progress.standStill.flatMap((told) => folded(told, width)))
    lines.push(paint('yellow', `  ${line}`));
  const { shown, before, after } = inView(progress.tasks, height - tail - lines.length - 2);
  if (before > 0) lines.push(paint('gray', `  … ${String(before)} before`));
  for (const task of shown) {
    lines.push(paintLine(task, fit(taskText(task, now, width))));
    if (task.status !== 'running') continue;
    const last = progress.tail.filter((line) => line !== '').slice(-tail);
    for (const line of tail > 0 ? last : []) lines.push(paint('gray', fit(`      ${line}`)));
  }
  if (after > 0) lines.push(paint('gray', `  … ${String(after)} more`));
  return lines.join('\n');
}

/** The line of one task, without colours; a long name gives way to what is told of the task. */
export function taskText(task: TaskLine, now: number, width = Infinity): string {
  const elapsed =
    task.status === 'running' && task.startedAt !== null ? (now - task.startedAt) / 1000 : task.took;
  const facts = [
    task.status === 'completed' ? null : task.status.replace('_', ' '),
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

/** The first `length` characters as people count them. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
  return characters.slice(0, length).join('');
}

/** What has to be read whole, as lines that are short enough beside an indentation of two. */
function folded(text: string, width = Infinity): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width - 3) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

function paintLine(task: TaskLine, text: string): string {
  return `${paint(styleOf(task.status), text.slice(0, 1))}${text.slice(1)}`;
}

/** The tasks around the current one, as many as there is room for. */
function inView(tasks: readonly TaskLine[], room: number) {
  const space = Math.max(3, room);
  if (tasks.length <= space) return { shown: tasks, before: 0, after: 0 };
  const current = tasks.findIndex(({ status }) => status === 'running' || status === 'pending');
  const middle = current === -1 ? tasks.length : current;
  const start = Math.max(0, Math.min(middle - Math.floor(space / 2), tasks.length - space));
  const shown = tasks.slice(start, start + space);
  return { shown, before: start, after: tasks.length - start - shown.length };
}
