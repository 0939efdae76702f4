import { taskAt } from '@cc-executor/contracts/task-numbers';
import { isMarked, type AttemptEnd } from '@cc-executor/contracts';
import {
  endTimes,
  predictTasks,
  type ExecutionRecord,
  type PredictedTask,
  type Lane,
  type RunStatistics,
  type TaskRecord,
} from '@cc-executor/executions';
import { forecastOf, runOf } from '@cc-executor/forecast';
import { loadPerCore, type Logger } from '@cc-executor/service-kit';
import type { Slots } from '../slots.ts';
import type { MeasuredTimes } from './attempt-watch.ts';

/** An older prediction is renewed before its task starts: others have run meanwhile. Milliseconds. */
const FRESH_MS = 1000;

/** Predicts the times of a list's tasks before they run, and learns from them afterwards. */
export class ListPredictions {
  readonly #record: ExecutionRecord;
  readonly #statistics: RunStatistics;
  readonly #logger: Logger;
  #all: Promise<{ predicted: PredictedTask[]; rest: number[] }> | undefined;
  #since = 0;
  readonly #fresh = new Map<string, { predicted: PredictedTask; at: number }>();

  readonly #slots: Pick<Slots, 'of'>;

  /** `slots`: of this worker. */
  constructor(
    { statistics, slots }: { statistics: RunStatistics; slots: Pick<Slots, 'of'> },
    record: ExecutionRecord,
    logger: Logger,
  ) {
    this.#slots = slots;
    this.#statistics = statistics;
    this.#record = record;
    this.#logger = logger;
  }

  /** For the whole list, at the first call: a run that only releases the list does not need it. */
  async #ofAll(): Promise<{ predicted: PredictedTask[]; rest: number[] }> {
    this.#since = performance.now();
    const predicted = await predictTasks(this.#statistics, this.#record.tasks, loadPerCore());
    return { predicted, rest: this.#restAfterEach(predicted) };
  }

  /** Returns the prediction for a task, by number; `rest`: seconds from its end to that of the list. */
  async of(number: number): Promise<{ predicted: PredictedTask | null; rest: number }> {
    const { predicted, rest } = await (this.#all ??= this.#ofAll());
    const known = taskAt(predicted, number);
    const task = taskAt(this.#record.tasks, number);
    if (!known || !task) return { predicted: null, rest: 0 };
    return { predicted: await this.#freshOf(task, known), rest: taskAt(rest, number) ?? 0 };
  }

  /** Returns a prediction for this kind that is at most a second old. */
  async #freshOf(task: TaskRecord, known: PredictedTask): Promise<PredictedTask> {
    const kind = JSON.stringify([known.levels, known.classification.complexity, task.timeout]);
    const last = this.#fresh.get(kind) ?? { predicted: known, at: this.#since };
    const now = performance.now();
    if (now - last.at < FRESH_MS) return last.predicted;
    const [predicted = known] = await predictTasks(this.#statistics, [task], loadPerCore());
    this.#fresh.set(kind, { predicted, at: now });
    return predicted;
  }

  /** Learns from an ended attempt; `isWhole`: false for one that continued another one's work. */
  learn({ mark, levels }: PredictedTask, end: AttemptEnd, lived: MeasuredTimes, isWhole: boolean): void {
    const isDone = end.outcome === 'completed' && isWhole;
    if (!isDone && !isMarked(end.outcome, 'lower_bound')) return;
    const run = runOf(mark, {
      seconds: lived.seconds,
      whole: isDone,
      load: lived.load,
      silence: lived.silence,
      tokens: isDone && end.usage ? end.usage.input_tokens + end.usage.output_tokens : null,
      cost: isDone ? end.cost_usd : null,
    });
    if (!run) return;
    this.#statistics.add(levels, run).catch((error: unknown) => {
      this.#logger.debug({ err: error }, 'the time of a run could not be recorded for predictions');
    });
  }

  #restAfterEach(predicted: readonly PredictedTask[]): number[] {
    const times = predicted.map(({ prediction }) => forecastOf([prediction]).expected);
    const slotsOf = (lane: Lane) => Math.max(1, this.#slots.of(lane).slots);
    const slots = { prompts: slotsOf('prompts'), commands: slotsOf('commands') };
    const ends = endTimes(this.#record, times, slots);
    const last = Math.max(0, ...ends);
    return ends.map((end) => Math.max(0, Math.round((last - end) * 10) / 10));
  }
}
