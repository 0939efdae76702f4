import type { EventData, PromptOptions } from '@cc-executor/contracts';
import type { AgentTask } from './agent.ts';
import { EXECUTION } from './launch/survivors.ts';

const SYSTEM = 'HOME PATH LANG LANGUAGE TZ TMPDIR USER LOGNAME SHELL TERM GIT_CEILING_DIRECTORIES'.split(' ');
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);
const CERTIFICATES =
  'NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO'.split(
    ' ',
  );
/** The variables of the worker that every agent with tools gets: who and where it is, proxies and certificates. */
const FOR_PROMPTS: ReadonlySet<string> = new Set([...SYSTEM, ...PROXIES, ...CERTIFICATES]);

/** Returns whether an agent with tools, and what it starts, gets this variable of the worker without being asked. */
export function isForPrompts(name: string): boolean {
  return FOR_PROMPTS.has(name) || /^(LC_|XDG_)/.test(name);
}

/** Returns the given environment with the variables that identify the attempt, and the attempt's own. */
export function attemptEnvironment(
  env: Readonly<Record<string, string>>,
  task: Attempt,
): Record<string, string> {
  return { ...lastingEnvironment(env), ...attemptVariables(task) };
}

type Attempt = Pick<AgentTask, 'executionId' | 'task' | 'attempt' | 'variables'>;

/** Returns the given environment with what all attempts have beside it. */
export function lastingEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  // Without it a Python program's output comes when its buffer is full, or at its end.
  return { PYTHONUNBUFFERED: '1', ...env };
}

/** Returns the variables that identify the attempt, and the attempt's own. */
export function attemptVariables(task: Attempt): Record<string, string> {
  return {
    ...task.variables,
    [EXECUTION]: task.executionId,
    CC_EXECUTOR_TASK: String(task.task),
    CC_EXECUTOR_ATTEMPT: String(task.attempt),
  };
}

/** Returns the warning about variables that `pass_env` names and the worker does not have; null: it has all. */
export function unsetWarning(
  { pass_env: passed = [] }: Pick<PromptOptions, 'pass_env'>,
  env: Readonly<Record<string, string>>,
): EventData<'task.warning'> | null {
  const unset = passed.filter((name) => !env[name]);
  if (unset.length === 0) return null;
  const message = `pass_env names what this worker does not have: ${unset.join(', ')}.`;
  return { code: 'env_not_set', message };
}
