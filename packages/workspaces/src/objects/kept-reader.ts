import type { Git } from '../git/git.ts';
import { ObjectReader } from './object-reader.ts';

/** How long a git process waits for the next request, in milliseconds: the requests of joins and copies follow immediately. */
const IDLE_MS = 300;

interface Idle {
  reader: ObjectReader;
  timer: NodeJS.Timeout;
}

/** Those that wait, by their repository; each does one piece of work at a time. */
const waiting = new Map<string, Idle>();

/** Runs `work` with a process of git that reads objects, and keeps that for a moment: starting one costs more than most work. */
export async function withKeptReader<T>(git: Git, work: (reader: ObjectReader) => Promise<T>): Promise<T> {
  const reader = take(git.repository) ?? new ObjectReader(git);
  try {
    const done = await work(reader);
    await keep(git.repository, reader);
    return done;
  } catch (error) {
    // Something of what was asked may not be answered yet.
    await reader.close();
    throw error;
  }
}

function take(repository: string): ObjectReader | null {
  const found = waiting.get(repository);
  if (!found) return null;
  clearTimeout(found.timer);
  waiting.delete(repository);
  return found.reader.isClosed ? null : found.reader;
}

async function keep(repository: string, reader: ObjectReader): Promise<void> {
  if (reader.isClosed || waiting.has(repository)) return await reader.close();
  const timer = setTimeout(() => {
    waiting.delete(repository);
    reader.close().catch(() => undefined);
  }, IDLE_MS);
  waiting.set(repository, { reader, timer });
}
