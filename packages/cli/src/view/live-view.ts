import type { Execution } from '@cc-executor/sdk';
import { createLogUpdate } from 'log-update';
import { clearScreen, terminal } from '../print/terminal.ts';
import { renderFrame } from './frame.ts';
import { KEYS_TEXT, listenToKeys } from './keys.ts';
import type { Progress } from './progress.ts';

/** Time passes also when nothing happens; and many events at once are one drawing. Milliseconds. */
const REDRAW_MS = 100;
/** How often the server is asked what remains, and is found to be away. Milliseconds. */
const POLL_MS = 2000;
const TAIL_LINES = 4;
const LONG_TAIL_LINES = 15;

/** Shows the execution on a terminal, redrawn in place until it is closed; the last drawing stays. */
export class LiveView {
  readonly #progress: Progress;
  readonly #execution: Execution;
  readonly #update = createLogUpdate(terminal.stream, { showCursor: true });
  readonly #timers: NodeJS.Timeout[];
  readonly #stopListening: (() => void) | null;
  readonly #ended = new AbortController();
  readonly #resized = () => {
    // What was drawn for another width has other lines now, which nobody can count.
    clearScreen();
    this.#update.done();
    this.#draw(this.#tail);
  };
  #tail = TAIL_LINES;
  #said = KEYS_TEXT;

  constructor(progress: Progress, execution: Execution) {
    this.#progress = progress;
    this.#execution = execution;
    this.#stopListening = listenToKeys({
      execution,
      isPaused: () => progress.status === 'paused',
      onOutput: () => {
        this.#tail = this.#tail === TAIL_LINES ? LONG_TAIL_LINES : TAIL_LINES;
      },
      say: (text) => {
        this.#said = text;
      },
    });
    terminal.stream.on('resize', this.#resized);
    this.#draw(this.#tail);
    this.#timers = [
      setInterval(() => this.#draw(this.#tail), REDRAW_MS),
      setInterval(() => {
        this.#poll().catch(() => undefined);
      }, POLL_MS),
    ];
  }

  close(): void {
    this.#ended.abort();
    for (const timer of this.#timers) clearInterval(timer);
    terminal.stream.off('resize', this.#resized);
    this.#stopListening?.();
    this.#draw(0, true);
    this.#update.done();
  }

  /** Where each task needs the one before it, all of them are the critical path. */
  get #isGraph(): boolean {
    return this.#progress.tasks.some(({ needs }) => needs !== null);
  }

  async #poll(): Promise<void> {
    try {
      const { remaining_time, cost_usd } = await this.#execution.status({ signal: this.#ended.signal });
      Object.assign(this.#progress, { remaining: remaining_time, awaySince: null });
      this.#progress.cost = cost_usd ?? this.#progress.cost;
      if (this.#isGraph)
        this.#progress.longest = (await this.#execution.graph({ signal: this.#ended.signal })).critical_path;
    } catch {
      this.#progress.awaySince ??= Date.now();
    }
  }

  #draw(tail: number, isLast = false): void {
    const { width, height } = terminal;
    const footer = this.#stopListening === null || isLast ? {} : { footer: this.#said };
    this.#update(
      renderFrame(this.#progress, { now: Date.now(), width, tail, height, header: true, ...footer }),
    );
  }
}
