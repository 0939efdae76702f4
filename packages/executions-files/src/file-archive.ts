import { openPlain } from '@cc-executor/evidence';
import {
  currentExecution,
  fromLine,
  toLine,
  type Archive,
  type StoredEvent,
  type StoredExecution,
} from '@cc-executor/executions';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { executionDirectory } from './paths.ts';
import { removeTree } from './remove-tree.ts';
import { syncFolder } from './sync-folder.ts';

/** A reader pages through a log: the last ones opened are kept, so that each page does not read the file again. */
const KEPT = 8;

interface Opened {
  execution: StoredExecution;
  events: StoredEvent[];
}

/** Ended executions, one compressed file each: a line with the record and the state, then a line for each event. */
export class FileArchive implements Archive {
  readonly #dataDirectory: string;
  readonly #opened = new Map<string, Opened>();

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
  }

  async save(execution: StoredExecution, pages: AsyncIterable<StoredEvent[]>): Promise<void> {
    const path = this.#path(execution.record.execution_id);
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${randomUUID()}`;
    // Flushed before it is closed: its name must never stand for what is not on the disk yet.
    const file = createWriteStream(draft, { flags: 'wx', flush: true });
    await pipeline(Readable.from(linesOf(execution, pages)), createGzip(), file);
    // It appears whole, or not at all; and the folder remembers it after a power cut.
    await rename(draft, path);
    await syncFolder(dirname(path));
  }

  async open(executionId: string): Promise<Opened | null> {
    const known = this.#opened.get(executionId);
    if (known) return known;
    const opened = await this.#read(executionId);
    if (!opened) return null;
    this.#opened.set(executionId, opened);
    const [oldest] = this.#opened.keys();
    if (this.#opened.size > KEPT && oldest !== undefined) this.#opened.delete(oldest);
    return opened;
  }

  async remove(executionId: string): Promise<void> {
    this.#opened.delete(executionId);
    await removeTree(executionDirectory(this.#dataDirectory, executionId));
    await removeTree(join(this.#dataDirectory, 'claude', executionId));
  }

  async #read(executionId: string): Promise<Opened | null> {
    const file = await openPlain(this.#path(executionId));
    if (!file) return null;
    const unpacked = createGunzip();
    // What goes wrong with the file ends the reading of its lines.
    const read = pipeline(file.createReadStream(), unpacked).catch(() => undefined);
    const events: StoredEvent[] = [];
    let execution: StoredExecution | undefined;
    try {
      for await (const line of createInterface({ input: unpacked, crlfDelay: Infinity })) {
        if (execution) events.push(fromLine(line));
        else execution = currentExecution(JSON.parse(line) as StoredExecution);
      }
    } finally {
      unpacked.destroy();
      await read;
    }
    return execution ? { execution, events } : null;
  }

  #path(executionId: string): string {
    return join(executionDirectory(this.#dataDirectory, executionId), 'archive.gz');
  }
}

async function* linesOf(
  execution: StoredExecution,
  pages: AsyncIterable<StoredEvent[]>,
): AsyncGenerator<string> {
  yield `${JSON.stringify(execution)}\n`;
  for await (const page of pages) yield page.map((event) => `${toLine(event)}\n`).join('');
}
