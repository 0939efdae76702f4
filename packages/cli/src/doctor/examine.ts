import type { CcExecutor } from '@cc-executor/sdk';
import type { Context } from '../context.ts';
import { lookAtContainers } from './containers.ts';
import type { Finding } from './finding.ts';
import {
  lookAtDisk,
  lookAtDocker,
  lookAtNode,
  lookAtPlaces,
  lookAtRedis,
  lookAtSettings,
} from './machine.ts';
import { lookAtServer } from './server.ts';

/** All checks, in order of importance. */
export async function examine(open: () => Promise<CcExecutor>, env: Context['env']): Promise<Finding[]> {
  const settings = lookAtSettings(env);
  const machine = [lookAtNode(), settings, ...lookAtPlaces(env), lookAtRedis(env)];
  const others = [lookAtDisk(env), lookAtDocker(env), lookAtContainers(env), lookAtServer(open, env)];
  return [...machine, ...(await Promise.all(others)).flat()];
}
