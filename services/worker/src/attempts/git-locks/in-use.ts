import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isBelow } from './find-locks.ts';

/**
 * Returns the files that may still be in use: a process has it open, or a git works in the workspace, which closes
 * its lock while an editor or a hook runs. Linux only.
 */
export function inUse(files: readonly string[], workspace: string): Set<string> {
  const used = new Set<string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const path of opened(pid)) if (files.includes(path)) used.add(path);
    if (isGitIn(pid, workspace)) return new Set(files);
  }
  return used;
}

function opened(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => target(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // gone meanwhile, or another user's, who would have made the file too
  }
}

function isGitIn(pid: string, workspace: string): boolean {
  try {
    if (!readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('git')) return false;
    const named = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8'));
    return isBelow(target(`/proc/${pid}/cwd`), workspace) || named.some((text) => text.includes(workspace));
  } catch {
    return false;
  }
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
