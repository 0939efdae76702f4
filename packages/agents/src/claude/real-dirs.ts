import { realpath } from 'node:fs/promises';
import type { AgentTask } from '../agent.ts';

/** Returns the task with the real path of each extra directory beside its name: an edit through a link is checked by both. */
export async function withRealDirs(task: AgentTask): Promise<AgentTask> {
  const { extra_dirs } = task.options;
  if (extra_dirs === undefined) return task;
  const real = await Promise.all(extra_dirs.map(async (path) => await realpath(path).catch(() => path)));
  return { ...task, options: { ...task.options, extra_dirs: [...new Set([...extra_dirs, ...real])] } };
}
