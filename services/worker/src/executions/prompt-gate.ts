import type { AttemptEnd, NewEvent } from '@cc-executor/contracts';
import type { TaskRecord } from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import type { Credential } from './credential.ts';
import { waitForLimit, type Next } from './what-next.ts';

/**
 * Keeps an execution's prompts from a limit that others have found already, and tells others what its own have found.
 * Never rejects: where that can't be read or noted, another attempt finds the limit, and no end of one is lost.
 */
export class PromptGate {
  readonly #credential: Credential;
  readonly #logger: Logger;
  #isOpen: boolean;

  /** `isOpen`: the first prompt is tried whatever is known, because somebody wants it to go on now. */
  constructor(credential: Credential, isOpen: boolean, logger: Logger) {
    this.#credential = credential;
    this.#isOpen = isOpen;
    this.#logger = logger;
  }

  /** What to do instead of beginning this task; null: begin it. */
  async before(task: TaskRecord | undefined): Promise<Next['giveUp']> {
    if (task?.agent !== 'claude' || this.#isOpen) return null;
    const asked = this.#credential.limitedUntil(task.options.model ?? '');
    const until = await asked.catch((error: unknown) => this.#tell(error));
    return until && waitForLimit(until);
  }

  /** Notes what an attempt has shown, before anything else is done about it. */
  async after(
    task: TaskRecord | undefined,
    end: NewEvent,
    { begun, giveUp }: { begun: Date; giveUp: Next['giveUp'] },
  ): Promise<void> {
    this.#isOpen = false;
    if (task?.agent !== 'claude') return;
    // One that may not use paid extra usage keeps nobody else from it.
    const limitedUntil = task.options.on_overage === 'wait' ? null : (giveUp?.wakeAt ?? null);
    const model = task.options.model ?? '';
    const noted = this.#credential.note(end.data as AttemptEnd, { model, begun, limitedUntil });
    await noted.catch((error: unknown) => this.#tell(error));
  }

  #tell(error: unknown): null {
    this.#logger.warn({ err: error }, 'what is known of the credential could not be read or noted');
    return null;
  }
}
