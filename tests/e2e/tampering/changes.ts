import { KeySigner, sha256, toDocument, toManifestDocument } from '@cc-executor/evidence';
import type { Manifest, Receipt, Signature } from '@cc-executor/contracts';
import { generateKeyPairSync } from 'node:crypto';
import type { Files } from './folder.ts';
import type { Random } from './random.ts';

/** Changes files in one way or another; which one is a matter of chance. */
export type Change = (files: Files, random: Random) => void | Promise<void>;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const contentOf = (files: Files, path: string) => files.get(path) ?? Buffer.alloc(0);
const parsed = (files: Files, path: string) => JSON.parse(contentOf(files, path).toString()) as Json;
const documents = (files: Files) => [...files.keys()].filter((path) => path.endsWith('.json'));
const filled = (files: Files) => [...files.keys()].filter((path) => contentOf(files, path).length > 0);

const aByte: Change = (files, random) => {
  const path = random.of(filled(files));
  const content = Buffer.from(contentOf(files, path));
  const at = random.below(content.length);
  content[at] = (content[at] ?? 0) ^ (1 + random.below(255));
  files.set(path, content);
};

/** A value becomes another one; the document stays in its form. */
const aField: Change = (files, random) => {
  const path = random.of(documents(files));
  const document = parsed(files, path);
  const leaves = leavesOf(document);
  const { owner, name, value } = random.of(leaves);
  owner[name as never] = another(value, random) as never;
  files.set(path, Buffer.from(toDocument(document as object).text));
};

const aFile: Change = (files, random) => {
  const path = random.of([...files.keys()]);
  const other = random.of([...files.keys()].filter((each) => each !== path));
  const how = random.below(4);
  if (how === 0) files.delete(path);
  if (how === 1)
    files.set(path.replace(/[^/]+$/, `more-${String(random.below(1000))}.txt`), Buffer.from('x'));
  if (how === 2) {
    files.set(`${path}.old`, contentOf(files, path));
    files.delete(path);
  }
  if (how === 3)
    files.set(path, Buffer.concat([contentOf(files, path), contentOf(files, other), Buffer.from('.')]));
};

/** Two tasks, two attempts, two receipts or two parts of a list change places. */
const anOrder: Change = (files, random) => {
  const attempts = [
    ...new Set([...files.keys()].flatMap((path) => /^task-\d+\/attempt-\d+/.exec(path) ?? [])),
  ];
  const a = random.of(attempts);
  const b = random.of(attempts.filter((each) => each !== a));
  const how = random.below(3);
  if (how === 0) swap(files, a, b);
  if (how === 1) swap(files, receiptIn(files, a), receiptIn(files, b));
  if (how !== 2) return;
  const manifest = parsed(files, 'manifest.json') as unknown as Manifest;
  const [first, ...rest] = manifest.tasks;
  manifest.tasks = first ? [...rest, first] : rest;
  files.set('manifest.json', Buffer.from(toDocument(manifest).text));
};

const aTruncation: Change = (files, random) => {
  const path = random.of(filled(files));
  files.set(path, contentOf(files, path).subarray(0, random.below(contentOf(files, path).length)));
};

/** Somebody who knows how it is done changes what happened, and makes every hash anew; the key is not to be had. */
const aRewrite: Change = async (files, random) => {
  const manifest = parsed(files, 'manifest.json') as unknown as Manifest;
  const chosen = random.of(manifest.tasks);
  const chain: { head: string | null } = { head: null };
  for (const task of manifest.tasks) {
    for (const index of task.receipts.keys()) {
      const path = receiptIn(files, `task-${String(task.task)}/attempt-${String(index + 1)}`);
      const receipt = parsed(files, path) as unknown as Receipt;
      if (task === chosen) rewrite(files, path, receipt, random);
      receipt.previous = chain.head;
      const made = toDocument(receipt);
      files.set(path, Buffer.from(made.text));
      chain.head = made.sha256;
      task.receipts[index] = made.sha256;
    }
  }
  manifest.head = chain.head;
  const made = toManifestDocument(manifest);
  files.set('manifest.json', Buffer.from(made.text));
  const old = parsed(files, 'signature.json') as unknown as Signature;
  const own = new KeySigner(generateKeyPairSync('ed25519').privateKey);
  const signed = await own.sign(made);
  const pretended = { ...signed, key: old.key };
  const signature = random.of([
    { ...old, manifest: made.sha256 },
    { ...old, ...signed },
    { ...old, ...pretended },
  ]);
  files.set('signature.json', Buffer.from(toDocument({ ...signature, manifest: made.sha256 }).text));
};

/** By name, so that a failure tells which. */
export const CHANGES: Readonly<Record<string, Change>> = {
  'a byte': aByte,
  'a field': aField,
  'a file': aFile,
  'an order': anOrder,
  'a truncation': aTruncation,
  'a rewrite': aRewrite,
};

function rewrite(files: Files, path: string, receipt: Receipt, random: Random): void {
  const [file] = receipt.files;
  const how = random.below(3);
  if (how === 0) receipt.ended_at = new Date(Date.parse(receipt.ended_at) + 1000).toISOString();
  if (how === 1 && receipt.sent) receipt.sent.system_prompt = 'Lie.';
  if (how !== 2 || !file) return;
  const content = Buffer.from(`all ${String(random.below(1000))} tests pass\n`);
  files.set(path.replace(/[^/]+$/, file.name), content);
  Object.assign(file, { bytes: content.length, sha256: sha256(content) });
}

function swap(files: Files, a: string, b: string): void {
  const renamed = (path: string) => {
    if (path === a || path.startsWith(`${a}/`)) return b + path.slice(a.length);
    if (path === b || path.startsWith(`${b}/`)) return a + path.slice(b.length);
    return path;
  };
  const all = [...files].map(([path, content]) => [renamed(path), content] as const);
  files.clear();
  for (const [path, content] of all) files.set(path, content);
}

function receiptIn(files: Files, folder: string): string {
  const path = [...files.keys()].find(
    (each) => each.startsWith(`${folder}/receipt-`) && each.endsWith('.json'),
  );
  if (path === undefined) throw new Error(`There is no receipt in ${folder}.`);
  return path;
}

function leavesOf(value: Json): { owner: object; name: string; value: Json }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    typeof part === 'object' && part !== null && Object.keys(part).length > 0
      ? leavesOf(part)
      : [{ owner: value, name, value: part }],
  );
}

function another(value: Json, random: Random): Json {
  if (typeof value === 'number') return value + 1 + random.below(9);
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return random.of([`${value}x`, '', null].filter((each) => each !== value));
  return random.of(['x', 0, true]);
}
