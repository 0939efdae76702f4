import {
  invalidRequest,
  coversHost,
  hostPattern,
  hostsOf,
  ISOLATIONS,
  NOT_LINKED_IN_CONTAINERS,
  strongerIsolation,
  type ExecuteRequest,
  type Fault,
  type Isolation,
} from '@cc-executor/contracts';

/** The settings of a server for the isolation of lists. */
export interface IsolationRule {
  /** For lists that do not say. */
  usual: Isolation;
  /** The least that is accepted. */
  least: Isolation;
  /** Whether there is a launcher, which containers need. */
  hasLauncher: boolean;
  /** The hosts that containers may reach where their list says so, as patterns. */
  hosts: readonly string[];
}

const NO_LAUNCHER =
  'is "container", and this server starts no containers: set CC_EXECUTOR_ISOLATION or CC_EXECUTOR_LAUNCHER_SOCKET there';

/** Returns the isolation that a list requests, explicitly or by default. */
export function usualIsolation(
  { usual, least }: Pick<IsolationRule, 'usual' | 'least'>,
  { isolation }: Pick<ExecuteRequest, 'isolation'>,
): Isolation {
  return isolation ?? strongerIsolation(usual, least);
}

/** Returns what the attempts of a list run in. Throws INVALID_REQUEST where this server cannot or may not do that. */
export function isolationOf(
  rule: IsolationRule,
  request: Pick<ExecuteRequest, 'isolation' | 'image' | 'network' | 'copies'> &
    Partial<Pick<ExecuteRequest, 'tasks'>>,
): Isolation {
  const { least, hasLauncher } = rule;
  const isolation = usualIsolation(rule, request);
  const faults: Fault[] = [];
  if (ISOLATIONS.indexOf(isolation) < ISOLATIONS.indexOf(least))
    faults.push({ path: 'isolation', message: `is "${isolation}"; this server accepts "${least}" only` });
  if (isolation === 'container' && !hasLauncher) faults.push({ path: 'isolation', message: NO_LAUNCHER });
  if (isolation === 'container' && request.copies?.link)
    faults.push({ path: 'copies.link', message: NOT_LINKED_IN_CONTAINERS });
  if (isolation === 'process' && request.image !== undefined)
    faults.push({ path: 'image', message: 'needs isolation "container"' });
  faults.push(...networkFaults(rule, isolation, request));
  if (faults.length > 0) throw invalidRequest(faults);
  return isolation;
}

/** Returns the errors of the hosts that a list or its tasks name. */
function networkFaults(
  { hosts }: IsolationRule,
  isolation: Isolation,
  request: Pick<ExecuteRequest, 'network'> & Partial<Pick<ExecuteRequest, 'tasks'>>,
): Fault[] {
  const allowed = hosts.flatMap((text) => hostPattern(text) ?? []);
  const asked = (request.tasks ?? []).map((task, index) => ({
    path: `tasks[${String(index)}].network`,
    network: typeof task === 'string' ? undefined : task.network,
  }));
  return [{ path: 'network', network: request.network }, ...asked].flatMap(({ path, network }) => {
    const refused = hostsOf(network).filter((text) => {
      const pattern = hostPattern(text);
      return pattern !== null && !allowed.some((one) => coversHost(one, pattern));
    });
    if (isolation === 'process')
      return network === undefined ? [] : [{ path, message: 'needs isolation "container"' }];
    const names = refused.join(', ');
    return refused.length === 0
      ? []
      : [{ path, message: `names ${names}, which CC_EXECUTOR_SANDBOX_HOSTS of this server does not allow` }];
  });
}
