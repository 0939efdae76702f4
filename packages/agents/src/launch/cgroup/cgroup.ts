import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

// A cgroup of one attempt, by the path of its folder. A removed one counts as empty. See cgroups(7).

/** How long the kernel may report a cgroup as busy after its last process has ended. Milliseconds. */
const BUSY_MS = 500;

/** Returns the processes in a cgroup and in the cgroups below it. */
export function pidsIn(cgroup: string): number[] {
  return [cgroup, ...below(cgroup)].flatMap((folder) => {
    const text = read(join(folder, 'cgroup.procs'));
    return text.split('\n').filter(Boolean).map(Number);
  });
}

/** Moves a process into a cgroup; false: that is not possible. What it has started before stays where it is. */
export function entered(cgroup: string, pid: number): boolean {
  try {
    writeFileSync(join(cgroup, 'cgroup.procs'), String(pid));
    return true;
  } catch {
    return false;
  }
}

/** Kills everything in a cgroup at once, whichever user it belongs to. */
export function killCgroup(cgroup: string): void {
  try {
    writeFileSync(join(cgroup, 'cgroup.kill'), '1');
  } catch {
    // It was removed.
  }
}

/** Removes a cgroup in which nothing may run any more, and kills what is left in it. One that stays busy is kept. */
export async function removeCgroup(cgroup: string): Promise<void> {
  for (const started = performance.now(); !removed(cgroup);) {
    if (performance.now() - started > BUSY_MS) return;
    killCgroup(cgroup);
    await delay(5);
  }
}

/** Removes a cgroup at once if nothing runs in it; false: it is busy. */
export function removed(cgroup: string): boolean {
  try {
    for (const folder of below(cgroup).toReversed()) rmdirSync(folder);
    rmdirSync(cgroup);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function below(cgroup: string): string[] {
  try {
    const folders = readdirSync(cgroup, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return folders.flatMap(({ name }) => [join(cgroup, name), ...below(join(cgroup, name))]);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
