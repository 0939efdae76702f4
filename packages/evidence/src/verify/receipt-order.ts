import { Receipt, type Manifest } from '@cc-executor/contracts';
import { join } from 'node:path';
import { attemptFolder, receiptsAmong } from '../layout.ts';
import { namesIn } from '../plain-files.ts';
import { readDocument } from './read-document.ts';

/** The position of a receipt among all of an execution. */
export interface ReceiptPlace {
  /** From 1. */
  number: number;
  /** The hash of the one before it; null: it is the first. */
  previous: string | null;
}

/**
 * Returns the place of each receipt of a manifest, by its hash, and the last of them. Receipts follow one another as their
 * attempts have settled, which is not the order of the tasks where several ran at the same time. One that can't be
 * read takes a place that no other one has.
 */
export async function orderOfReceipts(
  directory: string,
  { tasks }: Manifest,
): Promise<{ places: ReadonlyMap<string, ReceiptPlace>; head: string | null }> {
  const all: string[] = [];
  const numbers = new Map<string, number>();
  for (const { task, receipts } of tasks)
    for (const [index, sha256] of receipts.entries()) {
      if (sha256 === null) continue;
      all.push(sha256);
      const number = await numberOf(join(directory, attemptFolder(task, index + 1)), sha256);
      if (number !== null) numbers.set(sha256, number);
    }
  const order: (string | undefined)[] = all.map(() => undefined);
  const others: string[] = [];
  for (const sha256 of all) {
    const at = (numbers.get(sha256) ?? 0) - 1;
    if (at in order && order[at] === undefined) order[at] = sha256;
    else others.push(sha256);
  }
  const whole = order.map((sha256) => sha256 ?? others.shift() ?? '');
  const places = new Map(
    whole.map((sha256, index) => [sha256, { number: index + 1, previous: whole[index - 1] ?? null }]),
  );
  return { places, head: whole.at(-1) ?? null };
}

async function numberOf(folder: string, sha256: string): Promise<number | null> {
  for (const name of receiptsAmong((await namesIn(folder).catch(() => null)) ?? [])) {
    const read = await readDocument(join(folder, name), Receipt);
    if (read?.sha256 === sha256) return read.value?.number ?? null;
  }
  return null;
}
