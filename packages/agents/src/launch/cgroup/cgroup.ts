import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

// A cgroup of one attempt, by the path of its folder. One that is gone is empty. See cgroups(7).

/** For so long the kernel may call a cgroup busy after its last process has ended. Milliseconds. */
const BUSY_MS = 500;

/** The processes in a cgroup, and in those that were made below it. */
export function pidsIn(cgroup: string): number[] {
  return [cgroup, ...below(cgroup)].flatMap((folder) => {
    const text = read(join(folder, 'cgroup.procs'));
    return text.split('\n').filter(Boolean).map(Number);
  });
}

/** Ends everything in a cgroup at once, whatever user it belongs to. */
export function killCgroup(cgroup: string): void {
  try {
    writeFileSync(join(cgroup, 'cgroup.kill'), '1');
  } catch {
    // It is gone.
  }
}

/** Removes a cgroup in which nothing is to run any more: what nobody has seen there is killed. One that stays busy is left. */
export async function removeCgroup(cgroup: string): Promise<void> {
  for (const started = performance.now(); !removed(cgroup);) {
    if (performance.now() - started > BUSY_MS) return;
    killCgroup(cgroup);
    await delay(5);
  }
}

/** Removes a cgroup at once where nothing runs in it; false: it is busy. */
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
