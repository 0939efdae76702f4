import { Countdown } from './countdown.ts';

/** After so long, in seconds, a silence is told; the agent itself does nothing about one for five minutes. */
const NOTICE_SECONDS = 60;

export interface SilenceWatchOptions {
  /** How long a silence may be, in seconds. */
  seconds: number;
  /** While it gives true, silence is no silence: a tool runs, or all is paused. */
  isHeld: () => boolean;
  /** Called once in each silence that is getting long; `seconds`: how long it is. */
  onNotice: (seconds: number) => void;
  /** Called when it is too long. */
  onSilent: () => void;
  /** Called once in each silence that is longer than those of its kind, in seconds. */
  stalled?: { seconds: number; onStalled: () => void };
}

/** Waits for signs of life, and tells when there are none. */
export class SilenceWatch {
  readonly #countdowns: readonly Countdown[];
  readonly #isHeld: () => boolean;
  #heardAt = performance.now();
  #longestMs = 0;

  constructor({ seconds, isHeld, onNotice, onSilent, stalled }: SilenceWatchOptions) {
    this.#isHeld = isHeld;
    const notice = Math.min(NOTICE_SECONDS, seconds / 2);
    this.#countdowns = [
      new Countdown(notice, () => onNotice(notice), isHeld),
      new Countdown(seconds, onSilent, isHeld),
      ...(stalled === undefined ? [] : [new Countdown(stalled.seconds, stalled.onStalled, isHeld)]),
    ];
  }

  /** There was one. */
  heard(): void {
    const now = performance.now();
    if (!this.#isHeld()) this.#longestMs = Math.max(this.#longestMs, now - this.#heardAt);
    this.#heardAt = now;
    for (const countdown of this.#countdowns) countdown.restart();
  }

  /** The longest silence so far, in seconds; one that lasts still is counted. */
  get longest(): number {
    const until = this.#isHeld() ? 0 : performance.now() - this.#heardAt;
    return Math.max(this.#longestMs, until) / 1000;
  }

  stop(): void {
    for (const countdown of this.#countdowns) countdown.stop();
  }
}
