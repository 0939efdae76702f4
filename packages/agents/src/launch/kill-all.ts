import { removeCgroup } from './cgroup/cgroup.ts';
import { endProcesses } from './end-processes.ts';
import { survivors, type Family } from './survivors.ts';

/** How long processes have between SIGTERM and SIGKILL, so that git, for example, removes its locks. Milliseconds. */
export const GRACE_MS = 2000;

/** Ends a process tree soon. Resolves when none of it can be ended any more. */
export async function killAll(family: Family): Promise<void> {
  const { cgroup } = family;
  const deadline = performance.now() + GRACE_MS;
  await endProcesses({
    look: () => survivors(family, null),
    deadline: () => deadline,
    cgroups: cgroup === null ? [] : [cgroup],
  });
  if (cgroup !== null) await removeCgroup(cgroup);
}
