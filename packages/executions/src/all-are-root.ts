import type { WorkerDirectory } from './ports/workers.ts';

/** Returns true if there are workers and all of them run as root. */
export async function allAreRoot(directory: Pick<WorkerDirectory, 'list'>): Promise<boolean> {
  const workers = await directory.list();
  return workers.length > 0 && workers.every(({ as_root }) => as_root);
}
