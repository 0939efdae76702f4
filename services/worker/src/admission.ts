import type { Logger } from '@cc-executor/service-kit';

/** Delays prompts while memory is short. */
export class Admission {
  readonly #need: number;
  readonly #logger: Logger;
  #isShort = false;

  /** `need`: the memory in bytes that each further prompt needs; 0: memory is not checked. */
  constructor(need: number, logger: Logger) {
    this.#need = need;
    this.#logger = logger;
  }

  /**
   * Returns how many prompts may run at a time: at most the share, and of new ones only as many as there
   * is memory for; running ones continue. `available`: in bytes; null: unknown.
   */
  slots(share: number, running: number, available: number | null): number {
    if (this.#need === 0 || available === null) return share;
    const slots = Math.min(share, running + Math.floor(available / this.#need));
    const isShort = slots <= running && slots < share;
    if (isShort !== this.#isShort) this.#tell(isShort, available);
    return slots;
  }

  #tell(isShort: boolean, available_memory: number): void {
    this.#isShort = isShort;
    const facts = { available_memory, needed: this.#need };
    if (!isShort) this.#logger.info(facts, 'there is memory for prompts again');
    else
      this.#logger.warn(
        facts,
        'memory is short: prompts wait until there is more (CC_EXECUTOR_AGENT_MEMORY)',
      );
  }
}
