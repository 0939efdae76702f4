import type { AgentTask } from './agent.ts';

/** The given environment, and beside it which attempt this is, and what it brings along. */
export function attemptEnvironment(
  env: Readonly<Record<string, string>>,
  task: Pick<AgentTask, 'executionId' | 'task' | 'attempt' | 'variables'>,
): Record<string, string> {
  return {
    ...env,
    ...task.variables,
    CC_EXECUTOR_EXECUTION_ID: task.executionId,
    CC_EXECUTOR_TASK: String(task.task),
    CC_EXECUTOR_ATTEMPT: String(task.attempt),
  };
}

const OURS = /^(CC_EXECUTOR_|ANTHROPIC_|CLAUDE_CODE_|CLAUDE_CONFIG_DIR$|REDIS_URL$|NODE_COMPILE_CACHE$)/;

/** What a command may see of the worker's environment: all but our settings and caches, and the agent's credentials. */
export function commandEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !OURS.test(entry[0]),
    ),
  );
}
