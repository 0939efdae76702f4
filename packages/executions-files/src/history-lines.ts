import { HistoryRow } from '@cc-executor/contracts';
import { readPlain } from '@cc-executor/evidence';

/** The largest size of an execution's rows, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Returns a row as it is written. It starts on its own line, also after half a line that a crash left. */
export function toLines(rows: readonly HistoryRow[]): string {
  return rows.map((row) => `\n${JSON.stringify(row)}\n`).join('');
}

/**
 * Returns the rows of a file in order, each once. Skips partial rows, which a crash leaves, and rows that a later
 * version wrote. Empty if there is no file, or something else in its place.
 */
export async function readRows(path: string): Promise<HistoryRow[]> {
  const bytes = await readPlain(path, MAX_BYTES).catch((error: NodeJS.ErrnoException) => {
    // System errors are reported; a file that is too long is not ours.
    if (error.code !== undefined) throw error;
    return null;
  });
  const text = bytes?.toString() ?? '';
  const rows = new Map<string, HistoryRow>();
  for (const line of text.split('\n')) {
    const row = line === '' ? null : parsed(line);
    if (row && !rows.has(keyOf(row))) rows.set(keyOf(row), row);
  }
  return [...rows.values()].toSorted((a, b) => (a.ended_at < b.ended_at ? -1 : 1));
}

/** Returns what identifies an attempt of an execution. */
export function keyOf({ task, attempt, ended_at }: HistoryRow): string {
  return `${String(task)} ${String(attempt)} ${ended_at}`;
}

function parsed(line: string): HistoryRow | null {
  try {
    return HistoryRow.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
