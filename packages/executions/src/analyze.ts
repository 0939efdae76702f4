import type { AnalysisView, ExecuteRequest } from '@cc-executor/contracts';
import { againstPlan, forecastOf, type PlanReading } from '@cc-executor/foresight';
import { findingsByTask } from './findings.ts';
import { foresee } from './foresee.ts';
import type { RunStatistics } from './ports/history.ts';
import type { WorkerReport } from './ports/workers.ts';
import { refuseRequest, type RequestPorts } from './refuse-request.ts';
import { describeTask, tasksOf } from './record.ts';

/**
 * What is known of a list before it runs: what each task is, how long it may take, and what may be wrong with it. Throws
 * what a submission of it would be refused with.
 */
export async function analyze(
  { statistics, ...ports }: RequestPorts & { statistics: Pick<RunStatistics, 'read'> },
  request: ExecuteRequest,
  load: number,
  workers: readonly Pick<WorkerReport, 'plan'>[],
): Promise<AnalysisView> {
  await refuseRequest(ports, request);
  const tasks = tasksOf(request);
  const foreseen = await foresee(statistics, tasks, load);
  const findings = await findingsByTask(tasks);
  const forecast = forecastOf(foreseen.map(({ prediction }) => prediction));
  return {
    total_tasks: tasks.length,
    tasks: tasks.flatMap((task, index) => {
      const known = foreseen[index];
      if (!known) return [];
      const { category, complexity, signature } = known.classification;
      return {
        task_number: index + 1,
        task_description: describeTask(task),
        kind: task.kind,
        classification: { category, complexity, signature },
        prediction: known.prediction,
        findings: findings[index] ?? [],
      };
    }),
    forecast: { ...forecast, plan: againstPlan(forecast, narrowest(workers)) },
  };
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
