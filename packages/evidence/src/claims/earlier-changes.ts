import type { WorkspaceChanges } from '@cc-executor/contracts';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the paths that changed in a workspace before a time, in milliseconds since 1970: what a hook prepared for an
 * agent is not the agent's work. Removed files cannot be dated.
 */
export async function earlierChanges(
  { changes }: WorkspaceChanges,
  workspace: string,
  before: number,
): Promise<Set<string>> {
  const earlier = new Set<string>();
  for (const { path, change } of changes) {
    const stats = change === 'removed' ? null : await lstat(join(workspace, path)).catch(() => null);
    if (stats && stats.ctimeMs <= before) earlier.add(path);
  }
  return earlier;
}
