import { isLastEvent } from '@cc-executor/contracts/last-event';
import { progressText } from '@cc-executor/contracts/progress';
import type { Followed } from '@cc-executor/sdk';
import { oneLine } from '../print/print.ts';
import { taskText } from './frame.ts';
import { noteOf } from './note-of.ts';
import type { Progress } from './progress.ts';

const SILENT: ReadonlySet<Followed['type']> = new Set([
  'task.process',
  'task.container',
  'task.output',
  'task.checking',
]);

/** Returns the line of an event for output that is never redrawn; null: none. */
export function plainLine(event: Followed, progress: Progress): string | null {
  if (event.type === 'gap')
    return `… output was trimmed (events ${String(event.from)} to ${String(event.to)})`;
  if (event.type === 'reset') return 'the log was started again';
  const task = progress.tasks[(event.task ?? 0) - 1];
  if (event.type.startsWith('execution.')) {
    const name = event.type.slice('execution.'.length);
    const what = isLastEvent(event.type)
      ? `${progress.statusText}${progress.why}: ${progressText(progress.counts)}`
      : `${name}${progress.why}`;
    const head = `${progress.id} ${what}`;
    return [head, ...progress.standStill.map((line) => `  ${line}`)].join('\n');
  }
  const noted = noteOf(event);
  if (noted !== null && task === undefined) return `! ${noted}`;
  if (SILENT.has(event.type) || task === undefined) return null;
  if (noted !== null) return `! ${String(task.number)}. ${noted}`;
  if (event.type === 'task.checked')
    return `  ${String(task.number)}. check ${oneLine(event.data.command)} passed`;
  return event.type.startsWith('task.') ? taskText(task, Date.parse(event.at)) : null;
}
