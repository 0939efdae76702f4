import type { AgentEnd, AgentRun, StopCause } from '@cc-executor/agents';
import type { OutcomeCode } from '@cc-executor/contracts';
import type { TaskRecord } from '@cc-executor/executions';
import { Countdown } from './countdown.ts';
import type { Hold } from './holds.ts';
import type { RunPorts } from './run-ports.ts';
import { SilenceWatch } from './silence-watch.ts';

type Limits = Pick<RunPorts, 'taskTimeout' | 'silenceTimeout' | 'pauseHold'>;

/**
 * What ends, pauses and times one attempt from outside, over all agents that it runs, one after the other: the first
 * reason to stop also stops those that would come later.
 */
export class AttemptWatch {
  readonly #task: TaskRecord;
  readonly #limits: Limits;
  readonly #hold: Hold;
  readonly #whole: Countdown;
  readonly #silence: SilenceWatch;
  readonly #unhook: (() => void)[];
  #run: AgentRun | undefined;
  #stopped: StopCause | undefined;

  /** `isBusy`: while it gives true, silence is not counted; `onNotice` is told of a long one, in seconds. */
  constructor(
    limits: Limits,
    hold: Hold,
    task: TaskRecord,
    { isBusy, onNotice }: { isBusy: () => boolean; onNotice: (seconds: number) => void },
  ) {
    this.#task = task;
    this.#limits = limits;
    this.#hold = hold;
    const seconds = task.timeout ?? limits.taskTimeout;
    this.#whole = new Countdown(
      seconds,
      () => this.#stop('timed_out'),
      () => hold.paused,
    );
    this.#silence = new SilenceWatch({
      seconds: limits.silenceTimeout,
      isHeld: () => isBusy() || hold.paused,
      onNotice,
      onSilent: () => this.#stop('silent'),
    });
    this.#unhook = [
      hold.onInterruption((why) => this.#stop(why === 'cancelled' || why === 'paused' ? why : 'drained')),
      hold.onPause((paused) => (paused ? this.#run?.pause() : this.#run?.resume())),
      givesBackWhenPaused(hold, task, limits.pauseHold),
    ];
  }

  /** A sign of life. */
  alive(): void {
    this.#silence.heard();
  }

  /** Watches over a run until it has ended. */
  async over(run: AgentRun): Promise<AgentEnd> {
    this.#run = run;
    if (this.#hold.paused) run.pause();
    if (this.#stopped !== undefined) run.stop(this.#stopped);
    this.alive();
    const end = await run.ended;
    return { ...end, message: end.message ?? this.#stopMessage(end.outcome) };
  }

  close(): void {
    for (const undo of this.#unhook) undo();
    this.#whole.stop();
    this.#silence.stop();
  }

  #stop(cause: StopCause): void {
    this.#stopped ??= cause;
    this.#run?.stop(cause);
  }

  #stopMessage(outcome: OutcomeCode): string | null {
    const { taskTimeout, silenceTimeout } = this.#limits;
    if (outcome === 'timed_out')
      return `It took longer than its timeout of ${String(this.#task.timeout ?? taskTimeout)} s and was ended.`;
    if (outcome === 'silent')
      return `It was silent for ${String(silenceTimeout)} s and was ended; STREAM_TIMEOUT sets how long it may be.`;
    if (outcome === 'cancelled') return 'It was cancelled.';
    if (outcome === 'paused') return 'It was paused for long, and its memory was given back.';
    return outcome === 'drained' ? 'Its worker was asked to stop.' : null;
  }
}

/** A paused agent keeps its memory and its slot only for a while; a command that stands still could not be done again. */
function givesBackWhenPaused(hold: Hold, task: TaskRecord, seconds: number): () => void {
  if (task.kind === 'command') return () => undefined;
  let countdown: Countdown | undefined;
  const unhook = hold.onPause((paused) => {
    countdown?.stop();
    countdown = paused ? new Countdown(seconds, () => hold.interrupt('paused')) : undefined;
  });
  return () => {
    unhook();
    countdown?.stop();
  };
}
