import type { Followed } from '@cc-executor/sdk';
import { expect, it } from 'vitest';
import { standStillLines } from '../src/follow/stand-still.ts';
import { shortTime } from '../src/print/times.ts';

it('an execution that waits is said to continue at the local time', () => {
  const until = '2026-05-01T03:00:10.412Z';
  const event = { type: 'execution.waiting', data: { reason: 'usage_limit', until } } as Followed;
  expect(standStillLines(event, 'a')).toEqual([
    `it continues by itself at ${shortTime(until)} (the plan's usage limit)`,
  ]);
});
