import type { AgentTask } from './agent.ts';
import { EXECUTION } from './launch/survivors.ts';

/** Returns the given environment with the variables that identify the attempt, and the attempt's own. */
export function attemptEnvironment(
  env: Readonly<Record<string, string>>,
  task: Pick<AgentTask, 'executionId' | 'task' | 'attempt' | 'variables'>,
): Record<string, string> {
  return {
    // Without it a Python program's output comes when its buffer is full, or at its end.
    PYTHONUNBUFFERED: '1',
    ...env,
    ...task.variables,
    [EXECUTION]: task.executionId,
    CC_EXECUTOR_TASK: String(task.task),
    CC_EXECUTOR_ATTEMPT: String(task.attempt),
  };
}
