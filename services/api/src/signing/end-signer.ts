import { CcError, isTerminal, type Signed, type Statement } from '@cc-executor/contracts';
import { sha256, type Signer } from '@cc-executor/evidence';
import { notFound, type ExecutionStore } from '@cc-executor/executions';
import { writeOnce } from '@cc-executor/executions-files';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Signs for workers, who have no key: what the log says too, while it has no end, and of each execution one end. */
export class EndSigner implements Signer {
  readonly #signer: Signer;
  readonly #store: Pick<ExecutionStore, 'read'>;
  readonly #folder: string;

  /** `folder`: where is kept what was signed; nobody else can write there. */
  constructor(signer: Signer, store: Pick<ExecutionStore, 'read'>, folder: string) {
    this.#signer = signer;
    this.#store = store;
    this.#folder = folder;
  }

  /**
   * Throws EXECUTION_NOT_FOUND, or ILLEGAL_STATE when the execution has ended, when the log has another head, or when
   * another one was signed before.
   */
  async sign(statement: Statement): Promise<Signed> {
    const { execution_id, head } = statement;
    const stored = await this.#store.read(execution_id);
    if (!stored) throw notFound(execution_id);
    const { record, state } = stored;
    // What an execution came to is signed just before the log says so, and never again.
    if (isTerminal(state.status))
      throw new CcError('ILLEGAL_STATE', `"${execution_id}" has ended: it is ${state.status}.`);
    if (state.summary.evidence.head !== head)
      throw new CcError('ILLEGAL_STATE', `The log of "${execution_id}" has another last receipt.`);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // An id may be used again when nothing is left of the execution that had it; a UUID never is.
    const file = join(this.#folder, sha256(record.uuid ?? execution_id));
    const mine = head ?? 'none';
    if ((await writeOnce(file, mine)) !== mine)
      throw new CcError('ILLEGAL_STATE', `Another end of "${execution_id}" was signed before.`);
    return await this.#signer.sign(statement);
  }
}
