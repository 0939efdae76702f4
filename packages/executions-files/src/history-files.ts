import { namesIn } from '@cc-executor/evidence';
import type { HistoryPlace } from '@cc-executor/executions';
import { join } from 'node:path';

/** The name of the folder of all rows, below the data directory. */
const FOLDER = 'history';

/** Returns the path of an execution's rows: in a folder for the hour of its creation, under a name that sorts by time. */
export function historyPath(
  dataDirectory: string,
  { execution_id, created_at }: HistoryPlace,
): { folder: string; file: string } {
  const folder = join(dataDirectory, FOLDER, created_at.slice(0, 13));
  return { folder, file: join(folder, `${created_at.slice(14).replace(/\D/g, '')}-${execution_id}.jsonl`) };
}

/** Returns the folders, newest first; `hour` is when their executions were created. */
export async function historyHours(dataDirectory: string): Promise<{ path: string; hour: Date }[]> {
  const root = join(dataDirectory, FOLDER);
  const names = (await sortedNames(root)).filter((name) => /^\d{4}-\d\d-\d\dT\d\d$/.test(name));
  return names.map((name) => ({ path: join(root, name), hour: new Date(`${name}:00:00Z`) }));
}

/** Returns the files of one hour, newest first. */
export async function historyFiles(hour: string): Promise<{ path: string; executionId: string }[]> {
  const names = (await sortedNames(hour)).filter((name) => /^\d+-.+\.jsonl$/.test(name));
  return names.map((name) => ({
    path: join(hour, name),
    executionId: name.slice(name.indexOf('-') + 1, -'.jsonl'.length),
  }));
}

/** Returns the names in descending order; none if the folder does not exist. */
async function sortedNames(folder: string): Promise<string[]> {
  return ((await namesIn(folder)) ?? []).toSorted().toReversed();
}
