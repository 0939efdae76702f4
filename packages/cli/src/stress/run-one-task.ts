import type { TaskInput } from '@cc-executor/contracts';
import type { CcExecutor, ExecuteOptions, Task } from '@cc-executor/sdk';

/** The result of one task. */
export interface Run {
  /** Why it failed; null: it succeeded. */
  failure: string | null;
  /** In milliseconds; steps that were not reached are absent. */
  latencies: { submit?: number; queue?: number; run?: number; whole?: number };
}

/** Submits a task as its own execution and follows it to its end. Never rejects. */
export async function runOne(client: CcExecutor, task: TaskInput, options: ExecuteOptions): Promise<Run> {
  const began = performance.now();
  const latencies: Run['latencies'] = {};
  try {
    const execution = await client.execute([task as Task], options);
    latencies.submit = performance.now() - began;
    // By the server's clock, so that the transport of events does not count.
    let [queued, started, last] = [NaN, NaN, NaN];
    let failure: string | null = null;
    let hasSucceeded = false;
    for await (const event of execution) {
      if (event.type === 'gap' || event.type === 'reset') continue;
      last = Date.parse(event.at);
      if (event.type === 'execution.queued') queued = last;
      if (event.type === 'task.started' && Number.isNaN(started)) started = last;
      if (event.type === 'execution.completed') hasSucceeded = true;
      if (event.type === 'task.failed' || event.type === 'task.timed_out') failure = event.data.outcome;
      // If no task failed, for example because of a hook.
      if (event.type === 'execution.failed') failure ??= event.data.reason;
      if (event.type === 'execution.cancelled') failure = 'cancelled';
    }
    latencies.whole = performance.now() - began;
    if (!Number.isNaN(started)) {
      latencies.queue = started - queued;
      latencies.run = last - started;
    }
    return { failure: hasSucceeded ? null : (failure ?? 'it has no end'), latencies };
  } catch (error) {
    const { code } = error as { code?: unknown };
    return { failure: typeof code === 'string' ? code : String(error), latencies };
  }
}
