import { StatusView } from '@cc-executor/contracts';
import type { CcExecutor, StatusView as Status } from '@cc-executor/sdk';
import { isTerminal } from '@cc-executor/contracts/states';
import { z } from 'zod';

/** The status of an execution, and how to continue. */
export const Overview = z.looseObject({
  ...StatusView.pick({
    execution_id: true,
    status: true,
    reason: true,
    progress: true,
    current_task: true,
    total_tasks: true,
    completed_tasks: true,
    failed_tasks: true,
    not_run_tasks: true,
    warned_tasks: true,
    status_text: true,
    created_at: true,
    started_at: true,
    completed_at: true,
    waiting_until: true,
    remaining_time: true,
    cost_usd: true,
    epoch: true,
    head: true,
  }).shape,
  ended: z.boolean().describe('true: nothing of it will run again'),
  next: z.string().describe('what to do next'),
});

export function overview(status: Status, client: CcExecutor): z.input<typeof Overview> {
  const ended = isTerminal(status.status);
  return { ...status, ended, next: nextOf(status, ended, client) };
}

function nextOf({ status, execution_id: id, waiting_until }: Status, ended: boolean, client: CcExecutor) {
  if (ended) return `It has ended. Read what each task gave with get_results("${id}").`;
  if (status === 'paused' && waiting_until !== null)
    return `It is paused for its credential, which has worked before and is tried again by itself at ${waiting_until}. control_execution("${id}", "resume") tries at once.`;
  if (status === 'paused')
    return `It is paused, and continues after control_execution("${id}", "resume"). The reason says what to fix first.`;
  if (status === 'waiting')
    return `It waits until ${String(waiting_until)} and continues by itself. Do something else meanwhile, or wait_for_execution("${id}").`;
  if (status === 'queued' && client.lineage.length > 0)
    return `It waits for a place. You are a task of ${String(client.lineage.at(-1))} and hold a place yourself: if this stays queued, end your task; it runs afterwards.`;
  return `It continues by itself. Call wait_for_execution("${id}") again, as often as needed; nothing is lost if you don't.`;
}
