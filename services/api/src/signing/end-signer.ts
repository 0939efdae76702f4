import { CcError, type Signed, type Statement } from '@cc-executor/contracts';
import { sha256, type Signer } from '@cc-executor/evidence';
import { notFound, type ExecutionStore } from '@cc-executor/executions';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Signs for workers, who have no key: what the log says too, and of each execution one end. */
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

  /** Throws EXECUTION_NOT_FOUND, or ILLEGAL_STATE when the log has another head, or another one was signed before. */
  async sign(statement: Statement): Promise<Signed> {
    const { execution_id, head } = statement;
    const stored = await this.#store.read(execution_id);
    if (!stored) throw notFound(execution_id);
    if (stored.state.summary.evidence.head !== head)
      throw new CcError('ILLEGAL_STATE', `The log of "${execution_id}" has another last receipt.`);
    if ((await this.#signedBefore(execution_id, head)) !== head)
      throw new CcError('ILLEGAL_STATE', `Another end of "${execution_id}" was signed before.`);
    return await this.#signer.sign(statement);
  }

  /** The head that was signed first, which is this one where there was none. */
  async #signedBefore(executionId: string, head: string | null): Promise<string | null> {
    const file = join(this.#folder, sha256(executionId));
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      await writeFile(file, head ?? 'none', { flag: 'wx', mode: 0o600 });
      return head;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const before = await readFile(file, 'utf8');
      return before === 'none' ? null : before;
    }
  }
}
