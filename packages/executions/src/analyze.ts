import { numbered, taskAt } from '@cc-executor/contracts/task-numbers';
import type { AnalysisView, ExecuteRequest } from '@cc-executor/contracts';
import { againstPlan, forecastOf, type PlanReading } from '@cc-executor/forecast';
import { endTimes, type HostSlots } from './end-times.ts';
import { findingsByTask } from './findings.ts';
import { predictTasks, type PredictedTask } from './predict-tasks.ts';
import type { RunStatistics } from './ports/history.ts';
import type { WorkerReport } from './ports/workers.ts';
import { refuseRequest, type RequestPorts } from './refuse-request.ts';
import { tasksOf } from './make-record.ts';
import { describeTask, type Lane } from './record.ts';

/**
 * Analyzes a list before it runs: the category, the possible duration and the possible problems of each task. Throws
 * what a submission of it would be refused with.
 */
export async function analyze(
  { statistics, ...ports }: RequestPorts & { statistics: Pick<RunStatistics, 'read'> },
  request: ExecuteRequest,
  load: number,
  workers: readonly Pick<WorkerReport, 'plan' | 'lanes'>[],
): Promise<AnalysisView> {
  await refuseRequest(ports, request);
  const tasks = tasksOf(request);
  const predicted = await predictTasks(statistics, tasks, load);
  const findings = await findingsByTask(tasks);
  const forecast = forecastOfList({ ...request, tasks }, predicted, slotsOf(workers));
  return {
    total_tasks: tasks.length,
    tasks: numbered(tasks).flatMap(([task_number, task]) => {
      const known = taskAt(predicted, task_number);
      if (!known) return [];
      const { category, complexity, signature } = known.classification;
      return {
        task_number,
        task_description: describeTask(task),
        kind: task.kind,
        classification: { category, complexity, signature },
        prediction: known.prediction,
        findings: taskAt(findings, task_number) ?? [],
      };
    }),
    forecast: { ...forecast, plan: againstPlan(forecast, narrowest(workers)) },
  };
}

/** The time of all tasks one after the other, less what those save that run at the same time. */
function forecastOfList(
  list: Parameters<typeof endTimes>[0],
  predicted: readonly PredictedTask[],
  slots: HostSlots | undefined,
): ReturnType<typeof forecastOf> {
  const predictions = predicted.map(({ prediction }) => prediction);
  const forecast = forecastOf(predictions);
  const seconds = predictions.map(({ expected }) => expected);
  const whole = seconds.reduce((sum, one) => sum + one, 0);
  const last = Math.max(0, ...endTimes(list, seconds, slots));
  if (whole === 0 || last === whole) return forecast;
  const part = (of: number) => Math.round(of * (last / whole) * 10) / 10;
  return { ...forecast, expected: part(forecast.expected), likely: part(forecast.likely) };
}

/** The slots of the worker that has most: which one will run it is unknown. Undefined: no worker is known. */
function slotsOf(workers: readonly Pick<WorkerReport, 'lanes'>[]): HostSlots | undefined {
  if (workers.length === 0) return undefined;
  const most = (lane: Lane) => Math.max(1, ...workers.map(({ lanes }) => lanes[lane].slots));
  return { prompts: most('prompts'), commands: most('commands') };
}

/** The highest use of each limit: workers may have different credentials, and which one will run is unknown. */
function narrowest(workers: readonly Pick<WorkerReport, 'plan'>[]): PlanReading[] {
  const byLimit = new Map<string, PlanReading>();
  for (const reading of workers.flatMap(({ plan = [] }) => plan)) {
    const known = byLimit.get(reading.limit);
    if (known === undefined || known.used < reading.used) byLimit.set(reading.limit, reading);
  }
  return [...byLimit.values()];
}
