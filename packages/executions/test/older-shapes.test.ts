import { progressText } from '@cc-executor/contracts';
import { expect, it } from 'vitest';
import { currentSummary, initialState } from '../src/index.ts';

const summaryOf = (counts: object) =>
  currentSummary({ ...initialState(50).summary, settled_tasks: 50, ...counts });

it('a summary of an earlier version, which has no count of tasks that never ran, still shows one', () => {
  expect(progressText(summaryOf({ completed_tasks: 1, failed_tasks: 1 }))).toBe(
    '1/50 tasks completed, 1 failed, 48 not run',
  );
});

it('a task that a cancel ended is not mistaken for one that never ran', () => {
  expect(progressText(summaryOf({ completed_tasks: 49, cancelled_tasks: 1 }))).toBe(
    '49/50 tasks completed, 1 cancelled',
  );
});
