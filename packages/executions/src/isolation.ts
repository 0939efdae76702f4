import {
  invalidRequest,
  ISOLATIONS,
  strongerIsolation,
  type ExecuteRequest,
  type Fault,
  type Isolation,
} from '@cc-executor/contracts';

/** What a server has to say about the isolation of lists. */
export interface IsolationRule {
  /** For lists that do not say. */
  usual: Isolation;
  /** The least that is accepted. */
  least: Isolation;
  /** Whether there is a launcher, which containers need. */
  hasLauncher: boolean;
}

const NO_LAUNCHER =
  'is "container", and this server starts no containers: set CC_EXECUTOR_ISOLATION or CC_EXECUTOR_LAUNCHER_SOCKET there';

/** Returns what a list asks for, with or without a word. */
export function usualIsolation(
  { usual, least }: Pick<IsolationRule, 'usual' | 'least'>,
  { isolation }: Pick<ExecuteRequest, 'isolation'>,
): Isolation {
  return isolation ?? strongerIsolation(usual, least);
}

/** Returns what the attempts of a list run in. Throws INVALID_REQUEST where this server cannot or may not do that. */
export function isolationOf(
  rule: IsolationRule,
  request: Pick<ExecuteRequest, 'isolation' | 'image'> & Partial<Pick<ExecuteRequest, 'tasks'>>,
): Isolation {
  const { least, hasLauncher } = rule;
  const isolation = usualIsolation(rule, request);
  const faults: Fault[] = [];
  if (ISOLATIONS.indexOf(isolation) < ISOLATIONS.indexOf(least))
    faults.push({ path: 'isolation', message: `is "${isolation}"; this server accepts "${least}" only` });
  if (isolation === 'container' && !hasLauncher) faults.push({ path: 'isolation', message: NO_LAUNCHER });
  if (isolation === 'container' && request.tasks?.some(isOutside))
    faults.push({
      path: 'isolation',
      message: 'is "container", in which no tool can be called and no agent "model" asked so far',
    });
  if (isolation === 'process' && request.image !== undefined)
    faults.push({ path: 'image', message: 'needs isolation "container"' });
  if (faults.length > 0) throw invalidRequest(faults);
  return isolation;
}

/** What can only run in the space of the worker. */
function isOutside(task: ExecuteRequest['tasks'][number]): boolean {
  return typeof task !== 'string' && (task.tool !== undefined || task.agent === 'model');
}
