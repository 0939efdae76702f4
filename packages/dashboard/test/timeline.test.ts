import type { ExecutionEvent } from '@cc-executor/sdk';
import { expect, it } from 'vitest';
import { emptyTimeline, foldTimeline } from '../src/live/timeline.ts';

/** Folds events of a whole execution: type and data. */
function folded(...events: readonly (readonly [string, object])[]) {
  const timeline = emptyTimeline();
  for (const [index, [type, data]] of events.entries()) {
    const place = { seq: index + 1, epoch: 'e', execution_id: 'x', at: '2026-11-30T01:00:00.000Z' };
    foldTimeline(timeline, { ...place, type, data } as unknown as ExecutionEvent);
  }
  return timeline;
}

const UNTIL = '2026-11-30T03:00:00.000Z';
const WAITING = [
  'execution.waiting',
  { reason: 'usage_limit', until: UNTIL, message: 'resets at 3' },
] as const;
const PAUSED = ['execution.paused', { reason: 'auth_required', instructions: ['Log in.'] }] as const;

it('knows why a list waits or is paused, as long as it does', () => {
  expect(folded(['execution.started', {}]).standing).toBeNull();
  expect(folded(['execution.started', {}], WAITING).standing).toEqual({
    isWait: true,
    reason: 'usage_limit',
    message: 'resets at 3',
    until: UNTIL,
    instructions: [],
  });
  expect(folded(WAITING, PAUSED).standing).toEqual({
    isWait: false,
    reason: 'auth_required',
    message: null,
    until: null,
    instructions: ['Log in.'],
  });
  expect(folded(PAUSED, ['execution.rewound', {}]).standing?.reason).toBe('auth_required');
  expect(folded(WAITING, ['execution.continued', { lost_worker: null }]).standing).toBeNull();
  expect(folded(PAUSED, ['execution.resumed', { status: 'queued' }]).standing).toBeNull();
  expect(folded(PAUSED, ['execution.cancelling', {}]).standing).toBeNull();
});
