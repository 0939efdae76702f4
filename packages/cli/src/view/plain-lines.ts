import type { Followed } from '@cc-executor/sdk';
import { oneLine } from '../print/print.ts';
import { taskText } from './frame.ts';
import type { Progress } from './progress.ts';

const SILENT: ReadonlySet<Followed['type']> = new Set(['task.process', 'task.output', 'task.checking']);

/** What an event is worth where lines are printed and never drawn again; null: nothing. */
export function plainLine(event: Followed, progress: Progress): string | null {
  if (event.type === 'gap')
    return `… output was trimmed (events ${String(event.from)} to ${String(event.to)})`;
  if (event.type === 'reset') return 'the log was begun anew';
  if (event.type === 'hook.warning') return `! the hook ${event.data.hook}: ${oneLine(event.data.message)}`;
  const task = progress.tasks[(event.task ?? 0) - 1];
  if (event.type.startsWith('execution.')) {
    const reason = progress.reason === null ? '' : ` (${oneLine(progress.reason)})`;
    const head = `${progress.id} ${event.type.slice('execution.'.length)}${reason}`;
    return [head, ...progress.standStill.map((line) => `  ${line}`)].join('\n');
  }
  if (SILENT.has(event.type) || task === undefined) return null;
  if (event.type === 'task.checked') {
    const { command, outcome, message } = event.data;
    const ended = outcome === 'completed' ? 'passed' : `failed: ${oneLine(message ?? outcome)}`;
    return `  ${String(task.number)}. check ${oneLine(command)} ${ended}`;
  }
  if (event.type === 'task.warning' || event.type === 'task.stalled' || event.type === 'task.finding')
    return `! ${String(task.number)}. ${oneLine(event.data.message)}`;
  return event.type.startsWith('task.') ? taskText(task, Date.parse(event.at)) : null;
}
