import { CcError, isTerminal, type Manifest, type Signed } from '@cc-executor/contracts';
import { sha256, toDocument, type ManifestDocument, type Signer } from '@cc-executor/evidence';
import { manifestOf, notFound, type ExecutionStore, type StoredExecution } from '@cc-executor/executions';
import { writeOnce } from '@cc-executor/executions-files';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Signs for workers, who have no key: what the store itself says of an execution that is about to end, and nothing else. */
export class EndSigner implements Signer {
  readonly #signer: Signer;
  readonly #store: Pick<ExecutionStore, 'readUnarchived'>;
  readonly #folder: string;

  /** `folder`: where the service remembers what it has signed; nobody else can write there. */
  constructor(signer: Signer, store: Pick<ExecutionStore, 'readUnarchived'>, folder: string) {
    this.#signer = signer;
    this.#store = store;
    this.#folder = folder;
  }

  /**
   * Throws EXECUTION_NOT_FOUND where the store does not have the execution whole (archived ones are not), ILLEGAL_STATE
   * when it has ended, when the manifest says anything that the store does not, or when another one was signed before
   * for the same owner and state.
   */
  async sign(manifest: ManifestDocument): Promise<Signed> {
    const { execution_id } = manifest.value;
    const stored = await this.#store.readUnarchived(execution_id);
    if (!stored) throw notFound(execution_id);
    const { execution, token } = stored;
    const { status } = execution.state;
    // The end is signed just before the log says so, and never again.
    if (isTerminal(status))
      throw new CcError('ILLEGAL_STATE', `"${execution_id}" has ended: it is ${status}.`);
    refuseOtherThan(execution, manifest);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // Whoever takes over signs another end, and so does an owner whose execution is cancelled before the end is stored.
    const end = [execution_id, execution.record.created_at, token, status === 'cancelling'];
    const file = join(this.#folder, sha256(JSON.stringify(end)));
    if ((await writeOnce(file, manifest.sha256)) !== manifest.sha256)
      throw new CcError('ILLEGAL_STATE', `Another end of "${execution_id}" was signed before.`);
    return await this.#signer.sign(manifest);
  }
}

/** Throws ILLEGAL_STATE for a manifest that differs from what the store has, in anything but the time of the end. */
function refuseOtherThan(execution: StoredExecution, { value, text }: ManifestDocument): void {
  const ends = possibleEnds(execution);
  if (ends.length === 0)
    throw new CcError('ILLEGAL_STATE', `Tasks of "${value.execution_id}" have not ended yet.`);
  const isOurs = ends.some(
    (status) => toDocument(manifestOf(execution, status, value.ended_at)).text === text,
  );
  if (!isOurs)
    throw new CcError('ILLEGAL_STATE', `The log of "${value.execution_id}" says something else than this.`);
}

/** A hook may let an execution fail of which every task completed. */
function possibleEnds({ state: { status, tasks, summary } }: StoredExecution): Manifest['status'][] {
  if (status === 'cancelling') return ['cancelled'];
  if (summary.settled_tasks < tasks.length) return [];
  return summary.completed_tasks === tasks.length ? ['completed', 'failed'] : ['failed'];
}
