import type { AttemptEnd, NewEvent } from '@cc-executor/contracts';
import type { TaskRecord } from '@cc-executor/executions';
import type { Credential } from './credential.ts';
import { waitForLimit, type Next } from './what-next.ts';

/** Keeps an execution's prompts from a limit that others have found already, and tells others what its own have found. */
export class PromptGate {
  readonly #credential: Credential;
  #isOpen: boolean;

  /** `isOpen`: the first prompt is tried whatever is known, because somebody wants it to go on now. */
  constructor(credential: Credential, isOpen: boolean) {
    this.#credential = credential;
    this.#isOpen = isOpen;
  }

  /** What to do instead of beginning this task; null: begin it. */
  async before(task: TaskRecord | undefined): Promise<Next['giveUp']> {
    if (task?.agent !== 'claude' || this.#isOpen) return null;
    const until = await this.#credential.limitedUntil(task.options.model ?? '');
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
    const limitedUntil = giveUp?.wakeAt ?? null;
    const model = task.options.model ?? '';
    await this.#credential.note(end.data as AttemptEnd, { model, begun, limitedUntil });
  }
}
