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
}

/** Waits for signs of life, and tells when there are none. */
export class SilenceWatch {
  readonly #countdowns: readonly Countdown[];

  constructor({ seconds, isHeld, onNotice, onSilent }: SilenceWatchOptions) {
    const notice = Math.min(NOTICE_SECONDS, seconds / 2);
    this.#countdowns = [
      new Countdown(notice, () => onNotice(notice), isHeld),
      new Countdown(seconds, onSilent, isHeld),
    ];
  }

  /** There was one. */
  heard(): void {
    for (const countdown of this.#countdowns) countdown.restart();
  }

  stop(): void {
    for (const countdown of this.#countdowns) countdown.stop();
  }
}
