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
import { verifyTask, type Chain } from './verify-task.ts';

export interface VerifyOptions {
  /** Public keys, in base64, whose signatures count. */
  trusted: readonly string[];
  /** Which execution it has to be; null: whichever it is. */
  executionId?: string | null;
  /** What the store keeps of the execution that has this id; null: it is not known. */
  log?: KnownEnd | null;
  /** What was signed of the execution that last had this id, as the installation remembers; null: it is not known. */
  signed?: SignedEnd | null;
}

/** What is known of an execution where no task can write. */
export interface KnownEnd extends Pick<Manifest, 'status' | 'head' | 'created_at'> {
  /** The hash of the manifest that its last event names; null: none was signed; undefined: an earlier version ended it. */
  manifest: string | null | undefined;
  /** Whether its log has left the store, so that its archive has to be there. */
  isArchived: boolean;
}

/** What was read, and found to be what was signed: a page about an execution is made of nothing else. */
export interface Examined {
  verification: Verification;
  /** Null where it is not the one that was signed; there are no receipts then. */
  manifest: Manifest | null;
  receipts: readonly Receipt[];
}

/** Returns what `examineExecution` finds, without what it has read. */
export async function verifyExecution(
  directory: string,
  options: VerifyOptions,
): Promise<Verification | null> {
  return await examine(directory, options, () => undefined).then((found) => found && found.verification);
}

/** Returns what the files of an execution prove, with the manifest and the receipts that were verified, each read once. */
export async function examineExecution(directory: string, options: VerifyOptions): Promise<Examined | null> {
  const receipts: Receipt[] = [];
  const found = await examine(directory, options, (receipt) => receipts.push(receipt));
  return found && { ...found, receipts: found.manifest ? receipts : [] };
}

/**
 * What the files of an execution prove, by themselves: every hash is computed again. Null: this is not a folder of an
 * execution. Reads files alone, each once, follows no link, and believes nothing that is not signed.
 */
async function examine(
  directory: string,
  { trusted, executionId = null, log = null, signed = null }: VerifyOptions,
  onReceipt: (receipt: Receipt) => void,
): Promise<Omit<Examined, 'receipts'> | null> {
  const names = await namesIn(directory).catch(() => null);
  if (!names || !names.some((name) => isOurs(name))) return null;
  const read = await readDocument(join(directory, LAYOUT.manifest), Manifest);
  if (!read?.value) {
    const fault = read
      ? `its manifest is of no known form (${read.fault ?? ''})`
      : 'it has no manifest: it has not ended, or was cancelled before it began, or its evidence was removed';
    return { verification: unverifiable(executionId, fault), manifest: null };
  }
  const manifest = { sha256: read.sha256, value: read.value };
  const { value } = manifest;
  const { signedBy, faults } = await verifySignature(directory, manifest, trusted);
  const reasons = [...faults];
  if (executionId !== null && value.execution_id !== executionId)
    reasons.push(`this is the evidence of another execution, ${JSON.stringify(value.execution_id)}`);
  if ((log && !isEndOf(log, manifest)) || (signed && !isAmong(signed, manifest)))
    reasons.push('the execution that has this id came to another end than this manifest');
  const isVouched = reasons.length === 0;
  if (value.execution_uuid === null) reasons.push('it has no UUID: an earlier version has taken it');
  if (value.status !== 'completed') reasons.push(`it is ${value.status}`);
  const known = new Set(value.tasks.map(({ task }) => taskFolder(task)));
  reasons.push(...(await strangersAmong(directory, known, isOurFile)));
  const isInStore = (log ?? signed)?.isArchived === false;
  reasons.push(...(await verifyArchive(directory, manifest, { trusted, isInStore })));
  const chain: Chain = { head: null, number: 0 };
  const tasks: TaskVerification[] = [];
  for (const [index, task] of value.tasks.entries()) {
    if (task.task !== index + 1) reasons.push('its tasks are not in their order');
    tasks.push(await verifyTask(directory, value, task, { chain, isVouched, onReceipt }));
  }
  if (tasks.length === 0) reasons.push('it has no tasks');
  if (chain.head !== value.head) reasons.push('its last receipt is not the head of the chain');
  return {
    verification: {
      execution_id: value.execution_id,
      status: value.status,
      verdict: verdictOf(reasons, tasks),
      reasons: [...new Set(reasons)],
      signed_by: signedBy,
      tasks,
    },
    manifest: isVouched ? value : null,
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

function verdictOf(reasons: readonly string[], tasks: readonly TaskVerification[]): Verification['verdict'] {
  if (tasks.some(({ verdict }) => verdict === 'contradicted')) return 'contradicted';
  return reasons.length === 0 && tasks.every(({ verdict }) => verdict === 'verified')
    ? 'verified'
    : 'unverified';
}

/** What is told of an execution of which nothing is to be had. */
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
