import { inside } from '@cc-executor/evidence/plain-files';
import { lstatSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CLONED } from './included-paths.ts';

/** The path of a workspace, and the folder of its execution's data about it, below the data directory. */
export interface WorkspacePlaces {
  folder: string;
  workspace: string;
}

/** Returns whether a workspace has been made what its execution begins with. */
export function hasBegun({ folder }: Pick<WorkspacePlaces, 'folder'>): boolean {
  return lstatSync(join(folder, CLONED), { throwIfNoEntry: false }) !== undefined;
}

/**
 * Makes a workspace what its execution begins with, whole or not at all: what is left of an earlier try that was cut off is
 * removed first, from both places. Does nothing where it was done. `fill` returns the paths that belong in no snapshot.
 */
export async function beginOnce(
  places: WorkspacePlaces,
  fill: () => Promise<readonly string[]>,
): Promise<void> {
  if (hasBegun(places)) return;
  const { folder, workspace } = places;
  // A git that has outlived its process may still write there for a moment.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { at } of await Array.fromAsync(inside(workspace)))
    await rm(at, { recursive: true, force: true });
  markBegun(folder, await fill());
}

/** Last: from here on it is whole. */
export function markBegun(folder: string, included: readonly string[]): void {
  const draft = join(folder, `${CLONED}.new`);
  writeFileSync(draft, JSON.stringify(included), { flush: true });
  renameSync(draft, join(folder, CLONED));
}
