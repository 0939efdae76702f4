import { statusText } from '@cc-executor/contracts/progress';
import { isTerminal } from '@cc-executor/contracts/states';
import { patiently, type Execution, type Followed, type StatusView } from '@cc-executor/sdk';
import type { ToolContext } from './tool.ts';

/** How long a server may be away at the end of a wait, in seconds: less than what clients leave after it. */
export const PATIENCE = 10;

/**
 * Waits for the end of an execution, at most `seconds`, and tells the caller of each task that begins or settles. Gives
 * where it stands then. Throws the abort's reason when the caller has gone; the execution goes on all the same.
 */
export async function waitForEnd(
  execution: Execution,
  seconds: number,
  { signal, stopping, progress, asTask }: Omit<ToolContext, 'client'>,
): Promise<StatusView> {
  const status = await execution.status({ signal });
  await progress(status.settled_tasks, status.total_tasks, `${status.status}: ${status.progress}`);
  if (isTerminal(status.status) || seconds === 0 || asTask) return status;
  const bound = AbortSignal.timeout(seconds * 1000);
  const { head: after, epoch, total_tasks: total } = status;
  try {
    const both = AbortSignal.any([signal, stopping, bound]);
    for await (const event of execution.events({ after, epoch, signal: both })) {
      const task = 'task' in event ? (event.task ?? 0) : 0;
      if (event.type === 'task.started')
        await progress(task - 0.5, total, `Task ${String(task)}: ${event.data.description}`);
      else if (
        event.type === 'task.completed' ||
        event.type === 'task.failed' ||
        event.type === 'task.timed_out' ||
        event.type === 'task.cancelled' ||
        event.type === 'task.skipped'
      )
        await progress(task, total, `Task ${String(task)}: ${endedText(event)}`);
    }
  } catch (error) {
    if (signal.aborted || !(bound.aborted || stopping.aborted)) throw error;
  }
  // A server that stops answers nothing new; where it stood is still a way to go on.
  if (stopping.aborted) return status;
  // The API may be restarting just now.
  const limits = { signal, giveUpAfter: PATIENCE };
  return await patiently(async () => await execution.status(limits), limits);
}

function endedText({ type, data }: Extract<Followed, { type: `task.${string}` }>): string {
  const { warnings = [], findings = [] } = data as { warnings?: unknown[]; findings?: unknown[] };
  return statusText(type.slice('task.'.length), warnings.length + findings.length > 0);
}
