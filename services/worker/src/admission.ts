import type { Logger } from '@cc-executor/service-kit';

/** Lets prompts wait while memory is short. */
export class Admission {
  readonly #need: number;
  readonly #logger: Logger;
  #isShort = false;

  /** `need`: bytes that have to be available for each further prompt; 0: memory is not looked at. */
  constructor(need: number, logger: Logger) {
    this.#need = need;
    this.#logger = logger;
  }

  /**
   * How many prompts may run at a time: no more than the share, and of those that don't run yet only as many as there
   * is memory for; those that run go on. `available`: bytes; null: not known.
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
