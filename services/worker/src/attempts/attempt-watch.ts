import { bareEnd, dependableRun, type AgentEnd, type AgentRun, type StopCause } from '@cc-executor/agents';
import type { OutcomeCode } from '@cc-executor/contracts';
import type { TaskRecord } from '@cc-executor/executions';
import { loadPerCore } from '@cc-executor/service-kit';
import type { AttemptLimits } from './attempt-limits.ts';
import { Countdown } from './countdown.ts';
import type { Lease } from '../ownership/leases.ts';
import { UnpausedTime } from './unpaused-time.ts';
import { SilenceWatch } from './silence-watch.ts';

/** The measured times of an attempt. */
export interface MeasuredTimes {
  /** The time without pauses. */
  seconds: number;
  /** The longest silence, in seconds. */
  silence: number;
  /** The load of the machine at its start, per core. */
  load: number;
}

export interface AttemptWatchOptions {
  /** While it returns true, silence does not count. */
  isBusy: () => boolean;
  /** Called with a long silence, in seconds. */
  onNotice: (seconds: number) => void;
  /** Called when a command or a call has been paused for this many seconds. */
  onStandstill: (seconds: number) => void;
  /** Called once each for a time that exceeds those of its kind, in seconds. */
  onStalled: (what: 'time' | 'silence', seconds: number) => void;
}

/**
 * Enforces an attempt's limits across all agents that it runs: the first
 * reason to stop also prevents later ones.
 */
export class AttemptWatch {
  readonly #limits: AttemptLimits;
  readonly #tempBytes: number;
  readonly #lease: Lease;
  readonly #whole: readonly Countdown[];
  readonly #time: UnpausedTime;
  readonly #load = loadPerCore();
  readonly #silence: SilenceWatch;
  readonly #unhook: (() => void)[];
  #run: AgentRun | undefined;
  #stopped: StopCause | undefined;
  readonly #stopping = new AbortController();
  /** The run that waits for the end of a pause. */
  #proceed: (() => void) | undefined;

  constructor(
    limits: AttemptLimits,
    lease: Lease,
    { task, pauseHold, tempBytes }: { task: TaskRecord; pauseHold: number; tempBytes: number },
    { isBusy, onNotice, onStalled, onStandstill }: AttemptWatchOptions,
  ) {
    this.#limits = limits;
    this.#tempBytes = tempBytes;
    this.#time = new UnpausedTime(lease);
    this.#lease = lease;
    const { stalled } = limits;
    const counting = (seconds: number, onEnd: () => void) =>
      new Countdown(seconds, onEnd, () => lease.paused);
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
      isHeld: () => isBusy() || lease.paused,
      onNotice,
      onSilent: () => this.#stop('silent'),
      ...(stalled.silence !== null && {
        stalled: { seconds: stalled.silence, onStalled: tellsStalled('silence') },
      }),
    });
    this.#unhook = [
      lease.onInterruption((why) => this.#stop(why === 'cancelled' || why === 'paused' ? why : 'drained')),
      lease.onPause((paused) => (paused ? this.#run?.pause() : this.#goOn())),
      // A paused agent keeps its memory and its slot only for a while; a command or a call could not be repeated.
      whenPausedFor(pauseHold, lease, () =>
        task.kind === 'prompt' ? this.#stop('paused') : onStandstill(pauseHold),
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

  /** Returns the measured times so far. */
  get lived(): MeasuredTimes {
    return { seconds: this.#time.seconds, silence: this.#silence.longest, load: this.#load };
  }

  /**
   * Starts a run and watches it until it has ended. Waits during a pause, and does not start once there is a reason to stop.
   * `refused`: returns how the run ends in place of its start; null: it starts.
   */
  async over(start: () => AgentRun, refused: () => AgentEnd | null): Promise<AgentEnd> {
    while (this.#lease.paused && this.#stopped === undefined)
      await new Promise<void>((resolve) => (this.#proceed = resolve));
    const unstarted = this.ended ?? refused();
    if (unstarted) return unstarted;
    const end = await this.#follow(dependableRun(start));
    return { ...end, message: end.message ?? this.#stopMessage(end.outcome) };
  }

  /** How the attempt ends that was ended from outside while none of it ran; undefined: it was not ended, so far. */
  get ended(): AgentEnd | undefined {
    return this.#stopped && bareEnd(this.#stopped, this.#stopMessage(this.#stopped));
  }

  /** Aborts when the attempt is ended from outside. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
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
    this.#stopping.abort();
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
    if (outcome === 'paused') return 'It was paused for long, and its memory was released.';
    return outcome === 'drained' ? 'Its worker was asked to stop.' : null;
  }
}

/** Calls `act` when a pause has lasted this long. Returns a function that cancels it. */
function whenPausedFor(seconds: number, lease: Lease, act: () => void): () => void {
  let countdown: Countdown | undefined;
  const unhook = lease.onPause((paused) => {
    countdown?.stop();
    countdown = paused ? new Countdown(seconds, act) : undefined;
  });
  return () => {
    unhook();
    countdown?.stop();
  };
}
