import { Manifest, type TaskVerification, type Verification } from '@cc-executor/contracts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestDocument } from '../document.ts';
import { LAYOUT, taskFolder } from '../layout.ts';
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
  /** What its log came to, from elsewhere than these files; null: it is not known. */
  log?: KnownEnd | null;
}

/** What is known of an execution where no task can write. */
export interface KnownEnd extends Pick<Manifest, 'status' | 'head' | 'created_at'> {
  /** The hash of the manifest that its last event names; null: none was signed; undefined: an earlier version ended it. */
  manifest: string | null | undefined;
}

/**
 * What the files of an execution prove, by themselves: every hash is computed anew. Null: this is no folder of an
 * execution. Reads files alone, follows no link, and believes nothing that is not signed.
 */
export async function verifyExecution(
  directory: string,
  { trusted, executionId = null, log = null }: VerifyOptions,
): Promise<Verification | null> {
  const names = await readdir(directory).catch(() => null);
  if (!names || !names.some((name) => isOurs(name))) return null;
  const read = await readDocument(join(directory, LAYOUT.manifest), Manifest);
  if (!read?.value) {
    const fault = read
      ? `its manifest is of no known form (${read.fault ?? ''})`
      : 'it has no manifest: it has not ended, or was cancelled before it began, or its evidence was removed';
    return unverifiable(executionId, fault);
  }
  const manifest = read.value;
  const { signedBy, faults } = await verifySignature(
    directory,
    { sha256: read.sha256, value: manifest },
    trusted,
  );
  const reasons = [...faults];
  if (executionId !== null && manifest.execution_id !== executionId)
    reasons.push(`this is the evidence of another execution, ${JSON.stringify(manifest.execution_id)}`);
  if (log && !isEndOf(log, { sha256: read.sha256, value: manifest }))
    reasons.push('the execution that has this id came to another end than this manifest');
  if (manifest.execution_uuid === null) reasons.push('it has no UUID: an earlier version has taken it');
  if (manifest.status !== 'completed') reasons.push(`it is ${manifest.status}`);
  const known = new Set(manifest.tasks.map(({ task }) => taskFolder(task)));
  reasons.push(...(await strangersAmong(directory, known, isOurFile)));
  reasons.push(...(await verifyArchive(join(directory, LAYOUT.archive), manifest)));
  const chain: Chain = { head: null, number: 0 };
  const tasks: TaskVerification[] = [];
  for (const [index, task] of manifest.tasks.entries()) {
    if (task.task !== index + 1) reasons.push('its tasks are not in their order');
    tasks.push(await verifyTask(directory, manifest, task, chain));
  }
  if (tasks.length === 0) reasons.push('it has no tasks');
  if (chain.head !== manifest.head) reasons.push('its last receipt is not the head of the chain');
  return {
    execution_id: manifest.execution_id,
    status: manifest.status,
    verdict: verdictOf(reasons, tasks),
    reasons: [...new Set(reasons)],
    signed_by: signedBy,
    tasks,
  };
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
  // What is being archived just now has a name of its own until it is whole.
  return (
    [LAYOUT.manifest, LAYOUT.signature, LAYOUT.archive].some((file) => file === name) ||
    /^archive\.gz\.[0-9a-f-]{36}$/.test(name)
  );
}
