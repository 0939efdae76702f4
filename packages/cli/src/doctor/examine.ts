import type { CcExecutor } from '@cc-executor/sdk';
import type { Context } from '../context.ts';
import { diagnoseContainers } from './containers.ts';
import type { Diagnosis } from './diagnosis.ts';
import {
  diagnoseDisk,
  diagnoseDocker,
  diagnoseNode,
  diagnosePlaces,
  diagnoseRedis,
  diagnoseSettings,
} from './machine.ts';
import { diagnoseServer } from './server.ts';

/** Runs all checks. Returns their results in order of importance. */
export async function examine(open: () => Promise<CcExecutor>, env: Context['env']): Promise<Diagnosis[]> {
  const settings = diagnoseSettings(env);
  const machine = [diagnoseNode(), settings, ...diagnosePlaces(env), diagnoseRedis(env)];
  const others = [diagnoseDisk(env), diagnoseDocker(env), diagnoseContainers(env), diagnoseServer(open, env)];
  return [...machine, ...(await Promise.all(others)).flat()];
}
