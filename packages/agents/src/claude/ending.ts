import type { PromptOptions } from '@cc-executor/contracts';
import type { Heard } from './heard.ts';

/**
 * After its last result Claude Code exits within 0.05 s, unless what it left in the background keeps it; when a
 * sub-agent has ended meanwhile, it begins another turn within as much. Ample, for a machine that is busy.
 */
const AFTER_RESULT_MS = 2000;
/** A command in the background is silent for a reason; so often it counts as a sign of life. Milliseconds. */
const ALIVE_MS = 1000;

export interface EndingOptions {
  options: Pick<PromptOptions, 'on_background'>;
  /** How long what the agent put into the background itself is waited for, in milliseconds. */
  backgroundWaitMs: number;
  /** Called when nothing is waited for any more. */
  onOver: () => void;
  /** Called again and again while a command in the background is waited for. */
  onAlive: () => void;
}

/** Decides how long an attempt whose answer is there waits for what still runs. */
export class Ending {
  readonly #heard: Heard;
  readonly #options: EndingOptions;
  #timer: NodeJS.Timeout | undefined;
  #alive: NodeJS.Timeout | undefined;
  /** What the timer waits for. */
  #waits: 'own' | 'exit' | undefined;
  /** Until when what the agent put there itself is waited for; the same for all turns. Milliseconds of the clock that does not jump. */
  #until: number | undefined;

  constructor(heard: Heard, options: EndingOptions) {
    this.#heard = heard;
    this.#options = options;
  }

  /** True while what the agent put there itself is waited for: it may have more to say when that has ended. */
  get waitsForOwn(): boolean {
    return this.#waits === 'own';
  }

  /** Call it after each message. */
  look(): void {
    const { result, isFinal, background } = this.#heard;
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
