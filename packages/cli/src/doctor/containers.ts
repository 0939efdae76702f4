import { aboutContainers, describeSettings } from '@cc-executor/local-stack';
import type { Context } from '../context.ts';
import { ok, warning, type Finding } from './finding.ts';

/** The engine and the images that containers of tasks need; nothing where no setting asks for containers. */
export async function lookAtContainers(env: Context['env']): Promise<Finding[]> {
  if (describeSettings(env).faults.length > 0) return [];
  const about = await aboutContainers(env);
  if (about === null) return [];
  if (typeof about === 'string')
    return [warning(about, 'The launcher runs with the server: start that, with an engine such as Docker.')];
  const missing = about.images.filter(({ there }) => !there).map(({ name }) => name);
  return [
    ok(`Tasks run in containers of ${about.engine} (cgroup v${about.cgroup})`),
    ...missing.map((name) =>
      warning(
        `There is no image ${name} for containers of tasks`,
        `docker pull ${name}, or build it; see docs/guides/sandbox.md.`,
      ),
    ),
  ];
}
