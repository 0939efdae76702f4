import { appendPlain } from '@cc-executor/evidence';
import type { HistoryRow } from '@cc-executor/contracts';
import { fewAtATime, type History, type HistoryPlace, type HistoryQuery } from '@cc-executor/executions';
import { lstat, mkdir, rm, rmdir } from 'node:fs/promises';
import { historyFiles, historyHours, historyPath } from './history-files.ts';
import { keyOf, readRows, toLines } from './history-lines.ts';
import { syncFolder } from './sync-folder.ts';

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** The number of files that are read at the same time. */
const AT_ONCE = 16;

/**
 * The history as files, one for each execution, to which only its owner appends. An execution has few rows: reading
 * takes a few files at a time, so a million rows need no more memory than some executions.
 */
export class FileHistory implements History {
  readonly #dataDirectory: string;

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
  }

  async add(place: HistoryPlace, rows: readonly HistoryRow[]): Promise<void> {
    await this.#append(place, rows, false);
  }

  async complete(place: HistoryPlace, rows: readonly HistoryRow[]): Promise<number> {
    if (rows.length === 0) return 0;
    const there = new Set((await readRows(historyPath(this.#dataDirectory, place).file)).map(keyOf));
    const missing = rows.filter((row) => !there.has(keyOf(row)));
    await this.#append(place, missing, true);
    return missing.length;
  }

  async *read(query: HistoryQuery): AsyncGenerator<HistoryRow[]> {
    let left = query.limit ?? Infinity;
    for (const { path: hour, hour: created } of await historyHours(this.#dataDirectory)) {
      // The clocks of two machines may differ slightly.
      if (query.to && created.getTime() > query.to.getTime() + HOUR_MS) continue;
      const files = (await historyFiles(hour)).filter(
        ({ executionId }) => query.executionId === undefined || query.executionId === executionId,
      );
      // Nothing in a file is older than its folder, except by the clock of another machine.
      const from = query.from && query.from.getTime() - HOUR_MS;
      const since = from !== undefined && created.getTime() < from ? from : -Infinity;
      const read = async ({ path }: { path: string }) => await rowsOf(path, query, since);
      for await (const found of fewAtATime(files, AT_ONCE, read)) {
        if (left <= 0) return;
        const rows = found.slice(0, left);
        left -= rows.length;
        if (rows.length > 0) yield rows;
      }
    }
  }

  async prune(days: number): Promise<number> {
    let removed = 0;
    const before = Date.now() - days * DAY_MS;
    for (const { path: hour, hour: created } of await historyHours(this.#dataDirectory)) {
      if (created.getTime() >= before) continue;
      for (const { path } of await historyFiles(hour)) {
        if ((await lastChange(path)) >= before) continue;
        await rm(path, { force: true });
        removed += 1;
      }
      // It fails while the folder is not empty.
      await rmdir(hour).catch(() => undefined);
    }
    return removed;
  }

  async #append(place: HistoryPlace, rows: readonly HistoryRow[], durable: boolean): Promise<void> {
    const { folder, file } = historyPath(this.#dataDirectory, place);
    await mkdir(folder, { recursive: true });
    const handle = await appendPlain(file);
    try {
      if (rows.length > 0) await handle.appendFile(toLines(rows));
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    if (durable) await syncFolder(folder);
  }
}

/** Returns the rows of a file that a query asks for, the latest first; none of a file without a change since then, in ms. */
async function rowsOf(path: string, query: HistoryQuery, since: number): Promise<HistoryRow[]> {
  if (since > -Infinity && (await lastChange(path)) < since) return [];
  return (await readRows(path)).toReversed().filter((row) => matches(row, query));
}

/** Returns when a file was last written, in ms since 1970; -Infinity if it does not exist. */
async function lastChange(path: string): Promise<number> {
  const found = await lstat(path).catch(() => null);
  return found?.mtimeMs ?? -Infinity;
}

/** All times have the same format, which sorts as text. */
function matches({ ended_at, status }: HistoryRow, query: HistoryQuery): boolean {
  return (
    (query.status === undefined || status === query.status) &&
    (!query.from || ended_at >= query.from.toISOString()) &&
    (!query.to || ended_at < query.to.toISOString())
  );
}
