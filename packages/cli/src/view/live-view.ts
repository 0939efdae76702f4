import { createLogUpdate } from 'log-update';
import { terminal } from '../print/terminal.ts';
import { renderFrame } from './frame.ts';
import type { Progress } from './progress.ts';

/** Time passes also when nothing happens; and many events at once are one drawing. Milliseconds. */
const REDRAW_MS = 100;
const TAIL_LINES = 4;

/** The execution on a terminal, redrawn in place until it is closed; the last drawing stays. */
export class LiveView {
  readonly #progress: Progress;
  readonly #update = createLogUpdate(terminal.stream, { showCursor: true });
  readonly #timer: NodeJS.Timeout;

  constructor(progress: Progress) {
    this.#progress = progress;
    this.#draw(TAIL_LINES);
    this.#timer = setInterval(() => this.#draw(TAIL_LINES), REDRAW_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#draw(0);
    this.#update.done();
  }

  #draw(tail: number): void {
    const { width, height } = terminal;
    this.#update(renderFrame(this.#progress, { now: Date.now(), width, tail, height }));
  }
}
