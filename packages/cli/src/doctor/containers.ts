import { aboutContainers, describeSettings } from '@cc-executor/local-stack';
import type { Context } from '../context.ts';
import { fault, ok, warning, type Diagnosis } from './diagnosis.ts';

/**
 * The engine, the images and the way to other hosts that containers of tasks need, and what a container sees; nothing where no
 * setting requests containers.
 */
export async function diagnoseContainers(env: Context['env']): Promise<Diagnosis[]> {
  if (describeSettings(env).faults.length > 0) return [];
  const about = await aboutContainers(env);
  if (about === null) return [];
  const { engine, egress, seen } = about;
  if (typeof engine === 'string')
    return [warning(engine, 'The launcher runs with the server: start that, with an engine such as Docker.')];
  const missing = engine.images.filter(({ there }) => !there).map(({ name }) => name);
  return [
    ok(`Tasks run in containers of ${engine.engine} (cgroup v${engine.cgroup})`),
    ...missing.map((name) =>
      warning(
        `There is no image ${name} for containers of tasks`,
        `docker pull ${name}, or build it; see docs/guides/sandbox.md.`,
      ),
    ),
    ...(egress === null
      ? []
      : egress === true
        ? [ok('Containers reach the hosts of CC_EXECUTOR_SANDBOX_HOSTS by way of egress')]
        : [warning(egress, 'Egress runs with the server: start that, and look into its log.')]),
    ...found(seen),
  ];
}

function found(seen: readonly string[] | string): Diagnosis[] {
  if (typeof seen === 'string') return [warning(`No container could be tried: ${seen}`)];
  if (seen.length === 0) return [ok('A container has no network, no data of cc-executor and no engine')];
  return [fault(`A container has ${seen.join(', ')}`, 'Do not run tasks there that you do not trust.')];
}
