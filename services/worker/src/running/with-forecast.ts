import type { PredictedTask, TaskRecord } from '@cc-executor/executions';
import { limitsOf } from '../attempts/attempt-limits.ts';
import type { StartedTask } from '../attempts/next-attempt.ts';
import type { RunPorts } from '../ports.ts';

/** Returns the start of an attempt with the prediction of its time and, if they are learned, its limits. */
export function withForecast(
  started: StartedTask,
  task: TaskRecord | undefined,
  {
    predicted,
    rest,
    ports,
  }: {
    predicted: PredictedTask | null;
    rest: number;
    ports: Pick<RunPorts, 'taskTimeout' | 'silenceTimeout'>;
  },
): StartedTask {
  if (!predicted || !task) return started;
  const { time, silence } = limitsOf(task, predicted, ports);
  const data = { ...started.data, prediction: predicted.prediction, expected_rest: rest };
  return { ...started, data: task.timeout === 'auto' ? { ...data, limits: { time, silence } } : data };
}
