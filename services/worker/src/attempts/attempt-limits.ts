import type { PredictedTask, TaskRecord } from '@cc-executor/executions';

/** The limits of an attempt: when it is ended, and when it is reported as slow; in seconds. */
export interface AttemptLimits {
  time: number;
  silence: number;
  /** True if they come from earlier runs. */
  isLearnt: boolean;
  /** A time that its kind has never needed; null: unknown, or it is ended before. */
  stalled: { time: number | null; silence: number | null };
}

/** Returns the limits of an attempt: the task's own, the worker's or, with `auto`, the learned ones of its kind. */
export function limitsOf(
  { timeout }: Pick<TaskRecord, 'timeout'>,
  predicted: PredictedTask | null,
  { taskTimeout, silenceTimeout }: { taskTimeout: number; silenceTimeout: number },
): AttemptLimits {
  const level = predicted?.prediction.based_on.level;
  const known = predicted && (level === 'signature' || level === 'similar') ? predicted : null;
  const isLearnt = timeout === 'auto' && known !== null;
  const time = isLearnt ? known.prediction.limit : typeof timeout === 'number' ? timeout : taskTimeout;
  const silence = (isLearnt ? known.silence : null) ?? silenceTimeout;
  const before = (value: number | null | undefined, end: number) =>
    value !== null && value !== undefined && value < end ? value : null;
  return {
    time,
    silence,
    isLearnt,
    stalled: { time: before(known?.prediction.limit, time), silence: before(known?.silence, silence) },
  };
}
