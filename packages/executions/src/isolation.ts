import {
  invalidRequest,
  ISOLATIONS,
  strongerIsolation,
  type ExecuteRequest,
  type Fault,
  type Isolation,
} from '@cc-executor/contracts';
import type { TaskRecord } from './record.ts';

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

/** Returns what the attempts of a list run in. Throws INVALID_REQUEST where this server cannot or may not do that. */
export function isolationOf(
  { usual, least, hasLauncher }: IsolationRule,
  { isolation: asked, image }: Pick<ExecuteRequest, 'isolation' | 'image'>,
  tasks: readonly Pick<TaskRecord, 'kind'>[],
): Isolation {
  const isolation = asked ?? strongerIsolation(usual, least);
  const faults: Fault[] = [];
  if (ISOLATIONS.indexOf(isolation) < ISOLATIONS.indexOf(least))
    faults.push({ path: 'isolation', message: `is "${isolation}"; this server accepts "${least}" only` });
  if (isolation === 'container' && !hasLauncher) faults.push({ path: 'isolation', message: NO_LAUNCHER });
  if (isolation === 'container' && tasks.some(({ kind }) => kind === 'prompt'))
    faults.push({ path: 'isolation', message: 'is "container", in which only commands can run so far' });
  if (isolation === 'process' && image !== undefined)
    faults.push({ path: 'image', message: 'needs isolation "container"' });
  if (faults.length > 0) throw invalidRequest(faults);
  return isolation;
}
