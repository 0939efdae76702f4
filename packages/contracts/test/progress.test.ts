import { expect, it } from 'vitest';
import { OUTCOMES } from '../src/index.ts';
import { attemptReasonText, reasonText, standingText } from '../src/language/progress.ts';
import { EVENTS } from '../src/index.ts';

const COUNTS = { total_tasks: 2, completed_tasks: 1, failed_tasks: 0 };

it('the reason of every further attempt is said in words', () => {
  const again = Object.entries(OUTCOMES).flatMap(([code, { status }]) =>
    status === 'pending' ? [code] : [],
  );
  for (const code of ['retry', ...again]) expect(attemptReasonText(code)).toMatch(/ /);
});

it('a wait and a pause are said with their reason in words, and an end without its progress', () => {
  for (const reason of EVENTS['execution.waiting'].data.shape.reason.options)
    expect(standingText('waiting', reason, COUNTS)).toBe(`waiting (${reasonText(reason)})`);
  expect(standingText('paused', 'auth_required', COUNTS)).toBe('paused (a login is required)');
  expect(standingText('paused', 'user', COUNTS)).toBe('paused (by a person)');
  expect(standingText('failed', '1/2 tasks completed', COUNTS)).toBe('failed');
  expect(standingText('completed', null, { ...COUNTS, warned_tasks: 1 })).toBe('completed with warnings');
});
