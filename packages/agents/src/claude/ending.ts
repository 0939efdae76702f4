import type { PromptOptions } from '@cc-executor/contracts';
import type { StreamFacts } from './stream-facts.ts';

/**
 * After its last result Claude Code exits within 0.05 s, unless background work keeps it; when a
 * sub-agent has ended meanwhile, it starts another turn within the same time. This leaves room for a busy machine.
 */
const AFTER_RESULT_MS = 2000;
/** A background command may be silent: at this interval it counts as a sign of life. Milliseconds. */
const ALIVE_MS = 1000;

export interface EndingOptions {
  options: Pick<PromptOptions, 'on_background'>;
  /** How long to wait for what the agent put into the background on purpose, in milliseconds. */
  backgroundWaitMs: number;
  /** Called when the wait is over. */
  onOver: () => void;
  /** Called at intervals while the wait is for a background command. */
  onAlive: () => void;
}

/** Decides how long an attempt with an answer waits for what still runs. */
export class Ending {
  readonly #facts: StreamFacts;
  readonly #options: EndingOptions;
  #timer: NodeJS.Timeout | undefined;
  #alive: NodeJS.Timeout | undefined;
  /** The state that the timer was started for. */
  #waits: 'own' | 'exit' | undefined;
  /** The deadline for what the agent put there on purpose, shared by all turns. Milliseconds of the monotonic clock. */
  #until: number | undefined;

  constructor(facts: StreamFacts, options: EndingOptions) {
    this.#facts = facts;
    this.#options = options;
  }

  /** True while waiting for what the agent put there on purpose: it may continue when that has ended. */
  get waitsForOwn(): boolean {
    return this.#waits === 'own';
  }

  /** Call it after each message. */
  look(): void {
    const { result, isFinal, background } = this.#facts;
    if (result !== undefined && background.hasCommand)
      this.#alive ??= setInterval(() => this.#options.onAlive(), ALIVE_MS);
    else this.#stopAlive();
    const { on_background = 'wait' } = this.#options.options;
    const isOwn = background.hasOwn && on_background === 'wait' && result?.isError === false;
    this.#waitFor(isFinal ? (isOwn ? 'own' : 'exit') : undefined);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stopAlive();
  }

  #waitFor(what: 'own' | 'exit' | undefined): void {
    if (what === this.#waits) return;
    this.#waits = what;
    clearTimeout(this.#timer);
    if (what === undefined) return;
    if (what === 'own') this.#until ??= performance.now() + this.#options.backgroundWaitMs;
    const ms = what === 'own' ? Math.max(0, (this.#until ?? 0) - performance.now()) : AFTER_RESULT_MS;
    this.#timer = setTimeout(this.#options.onOver, ms);
  }

  #stopAlive(): void {
    clearInterval(this.#alive);
    this.#alive = undefined;
  }
}
