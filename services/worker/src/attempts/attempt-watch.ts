import { bareEnd, dependableRun, type AgentEnd, type AgentRun, type StopCause } from '@cc-executor/agents';
import type { OutcomeCode } from '@cc-executor/contracts';
import type { TaskRecord } from '@cc-executor/executions';
import { loadPerCore } from '@cc-executor/service-kit';
import type { AttemptLimits } from './attempt-limits.ts';
import { Countdown } from './countdown.ts';
import type { Hold } from '../ownership/holds.ts';
import { LivedTime } from './lived-time.ts';
import { SilenceWatch } from './silence-watch.ts';

/** What an attempt has lived through. */
export interface Lived {
  /** Without pauses. */
  seconds: number;
  /** The longest one, in seconds. */
  silence: number;
  /** Of the machine when it began, per core. */
  load: number;
}

export interface AttemptWatchOptions {
  /** While it gives true, silence is not counted. */
  isBusy: () => boolean;
  /** Is told of a long silence, in seconds. */
  onNotice: (seconds: number) => void;
  /** Called when a command has been paused for so many seconds. */
  onStandstill: (seconds: number) => void;
  /** Is told, once each, what is longer than its kind ever is, in seconds. */
  onStalled: (what: 'time' | 'silence', seconds: number) => void;
}

/**
 * What ends, pauses and times one attempt from outside, over all agents that it runs, one after the other: the first
 * reason to stop also stops those that would come later.
 */
export class AttemptWatch {
  readonly #limits: AttemptLimits;
  readonly #tempBytes: number;
  readonly #hold: Hold;
  readonly #whole: readonly Countdown[];
  readonly #time: LivedTime;
  readonly #load = loadPerCore();
  readonly #silence: SilenceWatch;
  readonly #unhook: (() => void)[];
  #run: AgentRun | undefined;
  #stopped: StopCause | undefined;
  /** What waits to be started, while there is a pause. */
  #proceed: (() => void) | undefined;

  constructor(
    limits: AttemptLimits,
    hold: Hold,
    { task, pauseHold, tempBytes }: { task: TaskRecord; pauseHold: number; tempBytes: number },
    { isBusy, onNotice, onStalled, onStandstill }: AttemptWatchOptions,
  ) {
    this.#limits = limits;
    this.#tempBytes = tempBytes;
    this.#time = new LivedTime(hold);
    this.#hold = hold;
    const { stalled } = limits;
    const counting = (seconds: number, onEnd: () => void) => new Countdown(seconds, onEnd, () => hold.paused);
    const tellsStalled = (what: 'time' | 'silence') => () => {
      const seconds = stalled[what];
      if (seconds !== null) onStalled(what, seconds);
    };
    this.#whole = [
      counting(limits.time, () => this.#stop('timed_out')),
      ...(stalled.time === null ? [] : [counting(stalled.time, tellsStalled('time'))]),
    ];
    this.#silence = new SilenceWatch({
      seconds: limits.silence,
      isHeld: () => isBusy() || hold.paused,
      onNotice,
      onSilent: () => this.#stop('silent'),
      ...(stalled.silence !== null && {
        stalled: { seconds: stalled.silence, onStalled: tellsStalled('silence') },
      }),
    });
    this.#unhook = [
      hold.onInterruption((why) => this.#stop(why === 'cancelled' || why === 'paused' ? why : 'drained')),
      hold.onPause((paused) => (paused ? this.#run?.pause() : this.#goOn())),
      // A paused agent keeps its memory and its slot only for a while; a command could not be done again.
      whenPausedFor(pauseHold, hold, () =>
        task.kind === 'command' ? onStandstill(pauseHold) : hold.interrupt('paused'),
      ),
    ];
  }

  /** A sign of life. */
  alive(): void {
    this.#silence.heard();
  }

  /** Its temporary files take more than they may. */
  fill(): void {
    this.#stop('temp_full');
  }

  /** Why it was ended from outside; undefined: it was not, so far. */
  get stopped(): StopCause | undefined {
    return this.#stopped;
  }

  /** What the attempt has lived through until now. */
  get lived(): Lived {
    return { seconds: this.#time.seconds, silence: this.#silence.longest, load: this.#load };
  }

  /** Starts a run and watches over it until it has ended. Not in a pause, and not at all once there is a reason to stop. */
  async over(start: () => AgentRun): Promise<AgentEnd> {
    while (this.#hold.paused && this.#stopped === undefined)
      await new Promise<void>((resolve) => (this.#proceed = resolve));
    const end =
      this.#stopped === undefined ? await this.#follow(dependableRun(start)) : bareEnd(this.#stopped, null);
    return { ...end, message: end.message ?? this.#stopMessage(end.outcome) };
  }

  close(): void {
    for (const undo of this.#unhook) undo();
    this.#time.stop();
    for (const countdown of this.#whole) countdown.stop();
    this.#silence.stop();
  }

  async #follow(run: AgentRun): Promise<AgentEnd> {
    this.#run = run;
    this.alive();
    const end = await run.ended;
    this.#run = undefined;
    return end;
  }

  #goOn(): void {
    this.#run?.resume();
    this.#proceed?.();
  }

  #stop(cause: StopCause): void {
    this.#stopped ??= cause;
    this.#run?.stop(cause);
    this.#proceed?.();
  }

  #stopMessage(outcome: OutcomeCode): string | null {
    const { time, silence, isLearnt } = this.#limits;
    const learnt = ', which such tasks hardly ever are';
    if (outcome === 'timed_out')
      return isLearnt
        ? `It was at work for ${String(time)} s${learnt}, and was ended; its timeout is "auto".`
        : `It took longer than its timeout of ${String(time)} s and was ended.`;
    if (outcome === 'silent')
      return isLearnt
        ? `It was silent for ${String(silence)} s${learnt}, and was ended; its timeout is "auto".`
        : `It was silent for ${String(silence)} s and was ended; STREAM_TIMEOUT sets how long it may be.`;
    if (outcome === 'temp_full')
      return `Its temporary files took more than ${String(this.#tempBytes)} bytes and it was ended; CC_EXECUTOR_TEMP_BYTES sets how much they may take.`;
    if (outcome === 'cancelled') return 'It was cancelled.';
    if (outcome === 'paused') return 'It was paused for long, and its memory was given back.';
    return outcome === 'drained' ? 'Its worker was asked to stop.' : null;
  }
}

/** Calls `act` when a pause has lasted for so long; returns what ends that. */
function whenPausedFor(seconds: number, hold: Hold, act: () => void): () => void {
  let countdown: Countdown | undefined;
  const unhook = hold.onPause((paused) => {
    countdown?.stop();
    countdown = paused ? new Countdown(seconds, act) : undefined;
  });
  return () => {
    unhook();
    countdown?.stop();
  };
}
