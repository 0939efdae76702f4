import { Receipt, type Manifest } from '@cc-executor/contracts';
import { join } from 'node:path';
import { attemptFolder, pageOfReceipt, receiptsAmong } from '../layout.ts';
import { namesIn } from '../plain-files.ts';
import { hashWithEnd, sha256 } from '../sha256.ts';
import { readDocument } from './read-document.ts';

/** The place of an attempt in the signed manifest. */
export interface Expected {
  /** The execution that made it. */
  manifest: Pick<Manifest, 'execution_id' | 'execution_uuid'>;
  task: Manifest['tasks'][number];
  attempt: number;
  /** The number of the attempt whose folder has it. */
  folder: number;
  /** The hash of its receipt. */
  sha256: string;
  /** The previous receipt, and the number of receipts up to it; null: they are those of another execution. */
  chain: { previous: string | null; number: number } | null;
}

/** Called with a receipt that is among the signed ones, and with the ends of its files that are unchanged, by name. */
export type OnReceipt = (receipt: Receipt, ends: ReadonlyMap<string, Buffer>) => void;

/** Returns how many bytes of the end of a file are wanted. */
export type TailSize = (name: string) => number;

/** Checks that the receipt of an attempt and its files are what was signed. Returns what is not, for people. */
export async function verifyAttempt(
  directory: string,
  expected: Expected,
  keep: TailSize,
): Promise<{ receipt: Receipt | null; faults: string[]; ends: ReadonlyMap<string, Buffer> }> {
  const ends = new Map<string, Buffer>();
  const folder = join(directory, attemptFolder(expected.task.task, expected.folder));
  const names = (await namesIn(folder).catch(() => null)) ?? [];
  const receipts = receiptsAmong(names);
  for (const name of receipts) {
    const read = await readDocument(join(folder, name), Receipt);
    if (read?.sha256 !== expected.sha256) continue;
    if (!read.value)
      return { receipt: null, faults: [`its receipt is of no known form (${read.fault ?? ''})`], ends };
    // A receipt of a lost earlier owner may be beside it; one of a later owner would be the valid one.
    const later = receipts.slice(0, receipts.indexOf(name));
    const earlierPages = new Set(receipts.slice(receipts.indexOf(name) + 1).map(pageOfReceipt));
    const others = names.filter((each) => !receipts.includes(each));
    const faults = [
      ...later.map((each) => `${each} is there, and was not signed`),
      ...faultsOf(read.value, expected),
      ...(await faultsOfFiles(folder, read.value, { names: others, tolerated: earlierPages, keep, ends })),
    ];
    return { receipt: read.value, faults, ends };
  }
  return {
    receipt: null,
    faults: [receipts.length === 0 ? 'its receipt is missing' : 'its receipt is not the one that was signed'],
    ends,
  };
}

/** Compares what a receipt says of itself with what the manifest says of it. */
function faultsOf(receipt: Receipt, { manifest, task, attempt, chain }: Expected): string[] {
  const text = receipt.asked ?? receipt.sent?.text ?? null;
  const holds: [boolean, string][] = [
    [receipt.execution_id === manifest.execution_id, 'its receipt is of another execution'],
    [receipt.execution_uuid === manifest.execution_uuid, 'its receipt has another UUID than the execution'],
    [receipt.task === task.task && receipt.attempt === attempt, 'its receipt is of another task or attempt'],
    [receipt.kind === task.kind && receipt.name === task.name, 'its receipt is of another kind of task'],
    [
      chain === null || (receipt.previous === chain.previous && receipt.number === chain.number),
      'its receipt does not follow the one before it',
    ],
    [text !== null && sha256(text) === task.text_sha256, 'its receipt is of another prompt or command'],
    [
      receipt.sent === null || sha256(receipt.sent.text) === receipt.sent.sha256,
      'the hash of what was sent is not that of the text',
    ],
  ];
  return holds.flatMap(([isSo, fault]) => (isSo ? [] : [fault]));
}

async function faultsOfFiles(
  folder: string,
  { files }: Receipt,
  {
    names,
    tolerated,
    keep,
    ends,
  }: { names: readonly string[]; tolerated: ReadonlySet<string>; keep: TailSize; ends: Map<string, Buffer> },
): Promise<string[]> {
  const faults: string[] = [];
  const listed = new Map(files.map((file) => [file.name, file]));
  for (const name of names)
    if (!listed.has(name) && !tolerated.has(name))
      faults.push(`${JSON.stringify(name)} is there, and no receipt knows of it`);
  for (const { name, bytes, sha256: hash } of files) {
    if (!names.includes(name)) {
      faults.push(`${JSON.stringify(name)} is missing`);
      continue;
    }
    const found = await hashWithEnd(join(folder, name), bytes, keep(name)).catch(() => null);
    if (found?.sha256 !== hash || found.bytes !== bytes) faults.push(`${JSON.stringify(name)} was changed`);
    else if (found.end.length > 0) ends.set(name, found.end);
  }
  return faults;
}
