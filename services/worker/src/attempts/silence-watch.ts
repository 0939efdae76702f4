import { Countdown } from './countdown.ts';

/** A silence is reported after this time, in seconds; the agent itself does nothing about one for five minutes. */
const NOTICE_SECONDS = 60;

export interface SilenceWatchOptions {
  /** The longest allowed silence, in seconds. */
  seconds: number;
  /** While it returns true, silence does not count: a tool runs, or everything is paused. */
  isHeld: () => boolean;
  /** Called once in each long silence; `seconds`: its length. */
  onNotice: (seconds: number) => void;
  /** Called when a silence is too long. */
  onSilent: () => void;
  /** Called once in each silence that is longer than those of its kind, in seconds. */
  stalled?: { seconds: number; onStalled: () => void };
}

/** Waits for signs of life, and reports their absence. */
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

  /** Records a sign of life. */
  heard(): void {
    const now = performance.now();
    if (!this.#isHeld()) this.#longestMs = Math.max(this.#longestMs, now - this.#heardAt);
    this.#heardAt = now;
    for (const countdown of this.#countdowns) countdown.restart();
  }

  /** The longest silence so far, in seconds, including the current one. */
  get longest(): number {
    const until = this.#isHeld() ? 0 : performance.now() - this.#heardAt;
    return Math.max(this.#longestMs, until) / 1000;
  }

  stop(): void {
    for (const countdown of this.#countdowns) countdown.stop();
  }
}
