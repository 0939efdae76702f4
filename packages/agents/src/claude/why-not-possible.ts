import { stat } from 'node:fs/promises';
import type { AgentTask } from '../agent.ts';

/** Returns why this worker cannot do what a prompt requests; null if it can. Claude Code's own error would be less clear. */
export async function whyNotPossible({
  options,
  box,
}: Pick<AgentTask, 'options' | 'box'>): Promise<string | null> {
  if (options.permission_mode === 'bypassPermissions' && !box && process.getuid?.() === 0)
    return 'The permission mode "bypassPermissions" is never used as root; run the worker as an ordinary user.';
  for (const path of options.extra_dirs ?? []) {
    const there = await stat(path).catch(() => null);
    if (there?.isDirectory() !== true) return `There is no directory ${path} on this worker.`;
  }
  return null;
}
