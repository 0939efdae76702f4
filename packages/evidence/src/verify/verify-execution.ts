import { Manifest, type Receipt, type TaskVerification, type Verification } from '@cc-executor/contracts';
import { join } from 'node:path';
import type { ManifestDocument } from '../document.ts';
import { LAYOUT, taskFolder } from '../layout.ts';
import { namesIn } from '../plain-files.ts';
import type { SignedEnd } from '../signing/signed-ends.ts';
import { readDocument } from './read-document.ts';
import { strangersAmong } from './strangers-among.ts';
import { verifyArchive } from './verify-archive.ts';
import { verifySignature } from './verify-signature.ts';
import { orderOfReceipts } from './receipt-order.ts';
import { verifySnapshots, type SnapshotCheck } from './verify-snapshots.ts';
import type { TailSize, OnReceipt } from './verify-attempt.ts';
import { verifyTask } from './verify-task.ts';

export interface VerifyOptions {
  /** The trusted public keys, in base64. */
  trusted: readonly string[];
  /** The expected execution; null: any. */
  executionId?: string | null;
  /** The execution with this id in the store; null: unknown. */
  log?: KnownEnd | null;
  /** Returns which of some snapshots are not whole where they are kept; absent: that is not known. */
  snapshots?: SnapshotCheck;
  /** The installation's record of its signature for the last execution with this id; null: unknown. */
  signed?: SignedEnd | null;
  /** Ends the work early: it then rejects with the reason of the signal. */
  signal?: AbortSignal | undefined;
}

/** Facts about an execution from places that no task can write to. */
export interface KnownEnd extends Pick<Manifest, 'status' | 'head' | 'created_at'> {
  /** The hash of the manifest in its last event; null: none was signed; undefined: an earlier version ended it. */
  manifest: string | null | undefined;
  /** True if its log has left the store, so that there must be an archive. */
  isArchived: boolean;
}

/** The ends of the files of one attempt that are as they were signed. */
export interface KeptEnds {
  of: Receipt;
  /** By name. */
  files: ReadonlyMap<string, Buffer>;
}

/** The verified content: a page about an execution is made only from this. */
export interface VerifiedContent {
  verification: Verification;
  /** Null if it is not the signed one; then there are no receipts. */
  manifest: Manifest | null;
  receipts: readonly Receipt[];
  /** False: there is none, so that it may not have ended. */
  hasManifest: boolean;
  /** The ends of the files of each task's last receipt that is there, by the number of the task. */
  ends: ReadonlyMap<number, KeptEnds>;
}

/** Returns the result of `examineExecution` without the content. */
export async function verifyExecution(
  directory: string,
  options: VerifyOptions,
): Promise<Verification | null> {
  const found = await examine(directory, options, { onReceipt: () => undefined, keep: () => 0 });
  return found && found.verification;
}

/**
 * Returns what the files of an execution prove, with the verified manifest, receipts and ends of files, each read once.
 * `keep`: how many bytes of the end of a file are wanted, by its name.
 */
export async function examineExecution(
  directory: string,
  options: VerifyOptions,
  keep: TailSize,
): Promise<VerifiedContent | null> {
  const receipts: Receipt[] = [];
  const ends = new Map<number, KeptEnds>();
  const onReceipt: OnReceipt = (receipt, endsOfFiles) => {
    receipts.push(receipt);
    ends.set(receipt.task, { of: receipt, files: endsOfFiles });
  };
  const found = await examine(directory, options, { onReceipt, keep });
  return found && { ...found, ...(found.manifest ? { receipts, ends } : { receipts: [], ends: new Map() }) };
}

/**
 * Returns what the files of an execution prove by themselves: every hash is recomputed. Null: this is not a folder of an
 * execution. Reads only files, follows no links, and trusts nothing that is not signed.
 */
async function examine(
  directory: string,
  { trusted, executionId = null, log = null, signed = null, snapshots, signal }: VerifyOptions,
  { onReceipt, keep }: { onReceipt: OnReceipt; keep: TailSize },
): Promise<Omit<VerifiedContent, 'receipts' | 'ends'> | null> {
  const names = await namesIn(directory).catch(() => null);
  if (!names || !names.some((name) => isOurs(name))) return null;
  const read = await readDocument(join(directory, LAYOUT.manifest), Manifest);
  if (!read?.value) {
    const fault = read
      ? `its manifest is of no known form (${read.fault ?? ''})`
      : 'it has no manifest: it has not ended, or was cancelled before it began, or its evidence was removed';
    return { verification: unverifiable(executionId, fault), manifest: null, hasManifest: read !== null };
  }
  const manifest = { sha256: read.sha256, value: read.value };
  const { value } = manifest;
  const { signedBy, faults } = await verifySignature(directory, manifest, trusted);
  const reasons = [...faults];
  if (executionId !== null && value.execution_id !== executionId)
    reasons.push(`this is the evidence of another execution, ${JSON.stringify(value.execution_id)}`);
  if ((log && !isEndOf(log, manifest)) || (signed && !isAmong(signed, manifest)))
    reasons.push('the execution with this id ended otherwise than this manifest says');
  const isVouched = reasons.length === 0;
  if (value.execution_uuid === null) reasons.push('it has no UUID: an earlier version has taken it');
  if (value.status !== 'completed') reasons.push(`it is ${value.status}`);
  const known = new Set(value.tasks.map(({ task }) => taskFolder(task)));
  reasons.push(...(await strangersAmong(directory, known, isOurFile)));
  const isInStore = (log ?? signed)?.isArchived === false;
  reasons.push(...(await verifyArchive(directory, manifest, { trusted, isInStore })));
  const { places, head } = await orderOfReceipts(directory, value);
  const tasks: TaskVerification[] = [];
  const spared = new Set<number>();
  const intact = new Set<number>();
  const receipts: Receipt[] = [];
  const hear: OnReceipt = (receipt, ends) => {
    receipts.push(receipt);
    onReceipt(receipt, ends);
  };
  for (const [index, task] of value.tasks.entries()) {
    signal?.throwIfAborted();
    if (task.task !== index + 1) reasons.push('its tasks are not in their order');
    const options = { places, isVouched, onReceipt: hear, keep };
    const { verification, isIntact } = await verifyTask(directory, value, task, options);
    tasks.push(verification);
    if (isIntact) intact.add(task.task);
    // What is signed as completed had no need of a task that did not succeed.
    if (isIntact && value.status === 'completed' && task.status !== 'completed') spared.add(task.task);
  }
  if (snapshots) {
    const own = receipts.filter(({ execution_id }) => execution_id === value.execution_id);
    for (const task of await verifySnapshots(tasks, own, snapshots)) spared.delete(task);
  }
  const dropped = droppedVariants(value, receipts, intact);
  if (tasks.length === 0) reasons.push('it has no tasks');
  if (head !== value.head) reasons.push('its last receipt is not the head of the chain');
  return {
    verification: {
      execution_id: value.execution_id,
      status: value.status,
      verdict: verdictOf(reasons, tasks, { spared, dropped }),
      reasons: [...new Set(reasons)],
      signed_by: signedBy,
      tasks,
    },
    manifest: isVouched ? value : null,
    hasManifest: true,
  };
}

function isAmong(
  { created_at, manifests }: SignedEnd,
  { value, sha256 }: Pick<ManifestDocument, 'value' | 'sha256'>,
): boolean {
  return Date.parse(created_at) === Date.parse(value.created_at) && manifests.includes(sha256);
}

function isEndOf(log: KnownEnd, { value, sha256 }: Pick<ManifestDocument, 'value' | 'sha256'>): boolean {
  return (
    log.status === value.status &&
    log.head === value.head &&
    Date.parse(log.created_at) === Date.parse(value.created_at) &&
    (log.manifest === undefined || log.manifest === sha256)
  );
}

function verdictOf(
  reasons: readonly string[],
  tasks: readonly TaskVerification[],
  { spared, dropped }: { spared: ReadonlySet<number>; dropped: ReadonlySet<number> },
): Verification['verdict'] {
  const isFalse = ({ task, verdict }: TaskVerification) => verdict === 'contradicted' && !dropped.has(task);
  if (tasks.some(isFalse)) return 'contradicted';
  const isProven = ({ task, verdict }: TaskVerification) =>
    verdict === 'verified' || spared.has(task) || (verdict === 'contradicted' && dropped.has(task));
  return reasons.length === 0 && tasks.every(isProven) ? 'verified' : 'unverified';
}

/** Returns the variants beside those that were picked: what they claim is in no result of the list. */
function droppedVariants(
  { tasks }: ManifestDocument['value'],
  receipts: readonly Receipt[],
  intact: ReadonlySet<number>,
): ReadonlySet<number> {
  // By the number of the task before the first one of the variants.
  const taken = new Map<number, number>();
  for (const { task, end } of receipts)
    if (end.picked && intact.has(task)) taken.set(end.picked.task - end.picked.variant, end.picked.task);
  const isDropped = ({ task, variant }: (typeof tasks)[number]) => {
    const picked = variant && taken.get(task - variant.number);
    return picked !== undefined && picked !== task && intact.has(task);
  };
  return new Set(tasks.filter(isDropped).map(({ task }) => task));
}

/** The result for an execution without any evidence. */
export function unverifiable(executionId: string | null, reason: string): Verification {
  return {
    execution_id: executionId,
    status: null,
    verdict: 'unverified',
    reasons: [reason],
    signed_by: null,
    tasks: [],
  };
}

function isOurs(name: string): boolean {
  return name === LAYOUT.manifest || name === LAYOUT.archive || /^task-\d+$/.test(name);
}

function isOurFile(name: string): boolean {
  const { manifest, signature, archive, archiveSignature } = LAYOUT;
  return [manifest, signature, archive, archiveSignature].some((file) => file === name);
}
