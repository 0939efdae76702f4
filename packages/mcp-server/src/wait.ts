import { standingText, statusText } from '@cc-executor/contracts/progress';
import { isTerminal } from '@cc-executor/contracts/states';
import { patiently, type Execution, type Followed, type StatusView } from '@cc-executor/sdk';
import type { ToolContext } from './tool.ts';

/** How long a server may be unavailable at the end of a wait, in seconds: less than clients allow after it. */
export const PATIENCE = 10;

/**
 * Waits for the end of an execution, at most `seconds`, and reports each task that starts or settles. Returns
 * its status then. Throws the abort's reason if the caller is gone; the execution continues.
 */
export async function waitForEnd(
  execution: Execution,
  seconds: number,
  { signal, stopping, progress, asTask }: Omit<ToolContext, 'client'>,
): Promise<StatusView> {
  const status = await execution.status({ signal });
  await progress(
    status.settled_tasks,
    status.total_tasks,
    `${standingText(status.status, status.reason, status)}: ${status.progress}`,
  );
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
  // A stopping server answers nothing new; the last status is still useful.
  if (stopping.aborted) return status;
  // The API may be restarting.
  const limits = { signal, giveUpAfter: PATIENCE };
  return await patiently(async () => await execution.status(limits), limits);
}

function endedText({ type, data }: Extract<Followed, { type: `task.${string}` }>): string {
  const { warnings = [], findings = [] } = data as { warnings?: unknown[]; findings?: unknown[] };
  return statusText(type.slice('task.'.length), warnings.length + findings.length > 0);
}
