import type { Foreseen, TaskRecord } from '@cc-executor/executions';

/** When an attempt is ended, and when it is told that it takes long; seconds. */
export interface AttemptLimits {
  time: number;
  silence: number;
  /** True where they come from earlier runs. */
  isLearnt: boolean;
  /** What its kind has never been seen to take; null: not known, or it is ended before. */
  stalled: { time: number | null; silence: number | null };
}

/** The limits of an attempt: the task's own, the worker's, or with `auto`, once that is known, those of its kind. */
export function limitsOf(
  { timeout }: Pick<TaskRecord, 'timeout'>,
  foreseen: Foreseen | null,
  { taskTimeout, silenceTimeout }: { taskTimeout: number; silenceTimeout: number },
): AttemptLimits {
  const level = foreseen?.prediction.based_on.level;
  const known = foreseen && (level === 'signature' || level === 'similar') ? foreseen : null;
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
