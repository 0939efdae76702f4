import {
  CcError,
  isTerminal,
  type ArchiveStatement,
  type Manifest,
  type Signed,
} from '@cc-executor/contracts';
import {
  toDocument,
  type ManifestDocument,
  type SignedEnds,
  type SignedEntry,
  type Signer,
} from '@cc-executor/evidence';
import {
  logPages,
  manifestOf,
  missedTasks,
  notFound,
  type EventLog,
  type ExecutionStore,
  type StoredExecution,
} from '@cc-executor/executions';
import { TextDigest } from './archive/text-digest.ts';

/** The interval between two cleanups of remembered signatures, in milliseconds. */
const SWEEP_MS = 3600_000;

export interface EndSignerPorts {
  signer: Signer;
  store: Pick<ExecutionStore, 'readUnarchived' | 'readStatus'>;
  log: Pick<EventLog, 'page'>;
  /** Remembers what was signed. */
  ends: SignedEnds;
}

/** Signs only what the store itself has about an execution: its end just before it is stored, and its log. */
export class EndSigner implements Signer {
  readonly #ports: EndSignerPorts;
  #swept = -Infinity;

  constructor(ports: EndSignerPorts) {
    this.#ports = ports;
  }

  /**
   * Throws EXECUTION_NOT_FOUND if the store does not have the complete execution (archived ones are not), ILLEGAL_STATE
   * if it has ended, if the manifest differs from the store, or if another manifest was signed before
   * for the same owner and state.
   */
  async sign(manifest: ManifestDocument): Promise<Signed> {
    const { execution_id } = manifest.value;
    const { execution, token } = await this.#read(execution_id);
    const { status } = execution.state;
    // The end is signed just before it is logged, and never again.
    if (isTerminal(status)) throw illegal(execution_id, `has ended: it is ${status}`);
    refuseOtherThan(execution, manifest);
    this.#sweepSometimes();
    // A worker that takes over signs another end; so does one whose execution is cancelled before the end is stored.
    const slot = JSON.stringify([execution.record.created_at, token, status === 'cancelling']);
    if (!(await this.#ports.ends.add(entryOf(execution, manifest.sha256), slot)))
      throw illegal(execution_id, 'was signed with another end before');
    return await this.#ports.signer.sign(manifest);
  }

  /**
   * Throws EXECUTION_NOT_FOUND as `sign` does, ILLEGAL_STATE if the execution has not ended, if it ended with another
   * manifest, or if the text is not that of an archive of its log.
   */
  async signArchive(statement: ArchiveStatement): Promise<Signed> {
    const { execution_id, manifest } = statement;
    const { execution } = await this.#read(execution_id);
    const { status, summary } = execution.state;
    if (!isTerminal(status)) throw illegal(execution_id, `has not ended: it is ${status}`);
    if (summary.evidence.manifest !== manifest) throw illegal(execution_id, 'ended with another manifest');
    const text = new TextDigest(execution);
    for await (const page of logPages(this.#ports.log, execution_id))
      for (const event of page) text.add(event);
    const { bytes, sha256 } = text.result();
    if (statement.text_bytes !== bytes || statement.text_sha256 !== sha256)
      throw illegal(execution_id, 'has another log than this');
    const signed = await this.#ports.signer.signArchive(statement);
    await this.#ports.ends.addArchived(entryOf(execution, manifest));
    return signed;
  }

  async #read(executionId: string) {
    const stored = await this.#ports.store.readUnarchived(executionId);
    if (!stored) throw notFound(executionId);
    return stored;
  }

  /** A file that cannot be removed now is removed the next time. */
  #sweepSometimes(): void {
    const now = performance.now();
    if (now - this.#swept < SWEEP_MS) return;
    this.#swept = now;
    const isKnown = async (id: string) => (await this.#ports.store.readStatus(id)) !== null;
    this.#ports.ends.sweep(isKnown).catch(() => undefined);
  }
}

function entryOf({ record: { execution_id, created_at } }: StoredExecution, manifest: string): SignedEntry {
  return { execution_id, created_at, manifest };
}

function illegal(executionId: string, why: string): CcError {
  return new CcError('ILLEGAL_STATE', `"${executionId}" ${why}.`);
}

/** Throws ILLEGAL_STATE for a manifest that differs from the store in anything except the time of the end. */
function refuseOtherThan(execution: StoredExecution, { value, text }: ManifestDocument): void {
  const ends = possibleEnds(execution);
  if (ends.length === 0) throw illegal(value.execution_id, 'has tasks that have not ended yet');
  const isOurs = ends.some(
    (status) => toDocument(manifestOf(execution, status, value.ended_at)).text === text,
  );
  if (!isOurs) throw illegal(value.execution_id, 'has a log that says something else than this');
}

/** A hook may fail an execution of which nothing is missing. */
function possibleEnds({ record, state: { status, tasks, summary } }: StoredExecution): Manifest['status'][] {
  if (status === 'cancelling') return ['cancelled'];
  if (summary.settled_tasks < tasks.length) return [];
  return missedTasks(record.tasks, tasks).length === 0 ? ['completed', 'failed'] : ['failed'];
}
