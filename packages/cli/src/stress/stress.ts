import type { CcExecutor, ExecuteOptions } from '@cc-executor/sdk';
import type { TaskInput } from '@cc-executor/contracts';
import { STRESS_LABEL } from '@cc-executor/contracts/stress-label';
import { runOne, type Run } from './run-one-task.ts';
import { figuresOf, type Figures } from './figures.ts';

export interface StressOptions {
  client: CcExecutor;
  /** One after the other, and from the first again. */
  tasks: readonly TaskInput[];
  /** Of each execution. */
  options: ExecuteOptions;
  /** How many tasks in all, and how many at a time. */
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
  /** How often each reason was given for one that did not succeed. */
  failures: Record<string, number>;
  /** In milliseconds: until the server has acknowledged one, until it began after that, its run, and all of it. */
  latencies: Record<'submit' | 'queue' | 'run' | 'whole', Figures | null>;
}

/** Submits each task as an execution of its own, so many at a time, follows all to their ends, and gives the figures. */
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
