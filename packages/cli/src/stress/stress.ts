import type { CcExecutor, ExecuteOptions } from '@cc-executor/sdk';
import type { TaskInput } from '@cc-executor/contracts';
import { STRESS_LABEL } from '@cc-executor/contracts/stress-label';
import { runOne, type Run } from './run-one-task.ts';

export interface StressOptions {
  client: CcExecutor;
  /** The tasks, used in turn. */
  tasks: readonly TaskInput[];
  /** Of each execution. */
  options: ExecuteOptions;
  /** The number of tasks in total, and at a time. */
  count: number;
  parallel: number;
  onRun: (done: number) => void;
}

export interface Stress {
  tasks: number;
  parallel: number;
  /** Seconds. */
  time: number;
  tasks_per_second: number;
  completed: number;
  /** The number of failures by reason. */
  failures: Record<string, number>;
  /** In milliseconds: until the acknowledgement, from then to the start, the run, and the total. */
  latencies: Record<'submit' | 'queue' | 'run' | 'whole', Figures | null>;
}

/** Submits each task as its own execution, a number of them at a time, follows all to their ends, and returns the figures. */
export async function stress({
  client,
  tasks,
  options,
  count,
  parallel,
  onRun,
}: StressOptions): Promise<Stress> {
  const runs: Run[] = [];
  let next = 0;
  const began = performance.now();
  // All of one run are found by it, and by nobody who does not ask.
  const labels = { ...options.labels, [STRESS_LABEL]: new Date().toISOString() };
  const work = async () => {
    while (next < count) {
      const task = tasks[next % tasks.length];
      next += 1;
      if (task === undefined) return;
      runs.push(await runOne(client, task, { ...options, labels }));
      onRun(runs.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, count) }, work));
  const seconds = (performance.now() - began) / 1000;
  const failures: Record<string, number> = {};
  for (const { failure } of runs) if (failure !== null) failures[failure] = (failures[failure] ?? 0) + 1;
  const of = (name: keyof Stress['latencies']) =>
    figuresOf(runs.flatMap(({ latencies }) => latencies[name] ?? []));
  return {
    tasks: runs.length,
    parallel,
    time: Math.round(seconds * 1000) / 1000,
    tasks_per_second: Math.round((runs.length / seconds) * 100) / 100,
    completed: runs.filter(({ failure }) => failure === null).length,
    failures,
    latencies: { submit: of('submit'), queue: of('queue'), run: of('run'), whole: of('whole') },
  };
}

/** Milliseconds. */
interface Figures {
  median: number;
  p95: number;
  p99: number;
  most: number;
}

/** Returns the figures of some times; null: none. Each figure is one of them (nearest rank). */
function figuresOf(times: readonly number[]): Figures | null {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round((sorted[Math.ceil(part * sorted.length) - 1] ?? 0) * 10) / 10;
  return sorted.length === 0 ? null : { median: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) };
}
