import { z } from 'zod';

/** Why a task was never started, in one sentence each. */
export const SKIP_REASONS = {
  task_failed: 'It was not run: a task before it did not succeed.',
  not_needed: 'It was not needed: nothing had failed that it is for, or another variant was taken.',
  cancelled: 'It was not run: the execution was cancelled before.',
  hook_refused: 'It was not run: a hook refused the execution.',
  no_repository: 'It was not run: the clone of its repository could not be made.',
  ends_worker: 'It was not run: the execution ended its worker again and again.',
} as const;

export const SkipReason = z.enum(Object.keys(SKIP_REASONS) as [SkipReason, ...SkipReason[]]);
export type SkipReason = keyof typeof SKIP_REASONS;
