import { HistoryRow } from '@cc-executor/contracts';
import { readPlain } from '@cc-executor/evidence';

/** No execution has so many rows, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What a row is written as. It begins a line of its own also where a crash has left half of one. */
export function toLines(rows: readonly HistoryRow[]): string {
  return rows.map((row) => `\n${JSON.stringify(row)}\n`).join('');
}

/**
 * The rows of a file in their order, each once. Left out is what is no whole row, which a crash leaves, and what a later
 * version has written. None where there is no file, or something else in its place.
 */
export async function readRows(path: string): Promise<HistoryRow[]> {
  const bytes = await readPlain(path, MAX_BYTES).catch((error: NodeJS.ErrnoException) => {
    // What the system refuses is reported; a file that is too long is not one of ours.
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

/** What tells one attempt of an execution from another. */
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
