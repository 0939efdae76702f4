import type { ExecutionEvent } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { processNotifications, type EarlierState } from '../src/processes/process-notifications.ts';

const event = (type: string, data: object, place: object = { task: 1, attempt: 2 }) =>
  ({
    seq: 7,
    epoch: 'e',
    execution_id: 'x',
    at: '2026-01-01T00:00:00.000Z',
    type,
    data,
    ...place,
  }) as unknown as ExecutionEvent;
const told = (of: ExecutionEvent, before: Partial<EarlierState> = {}) => [
  ...processNotifications(of, {
    truncated: false,
    started: { task: 1, attempt: 2, reason: 'rate_limited' },
    ...before,
  }),
];
const place = { execution_id: 'x', seq: 7, task: 1, attempt: 2 };

describe('a client of processes', () => {
  it('receives each burst, and each wait, with its time', () => {
    const retry = { attempt: 1, max_retries: 2, delay: 1.5, status: 429, raw: {} };
    expect(told(event('agent.retry', retry))).toEqual([
      [
        'error.rate_limit_exceeded',
        {
          ...place,
          message: expect.stringContaining('429'),
          error_type: 'rate_limit_429',
          retry_after: 1.5,
          recoverable: true,
        },
      ],
    ]);
    expect(told(event('agent.retry', { ...retry, status: 500 }))).toEqual([]);
    const until = '2026-01-01T00:05:00.000Z';
    // A wait is of the execution, and has no attempt of its own.
    for (const [reason, error_type] of [
      ['usage_limit', 'usage_limit'],
      ['burst', 'rate_limit_429'],
    ])
      expect(told(event('execution.waiting', { reason, until }, {}))).toEqual([
        [
          'error.rate_limit_exceeded',
          {
            ...place,
            message: expect.any(String),
            error_type,
            retry_after: 300,
            resets_at: until,
            recoverable: true,
          },
        ],
      ]);
    expect(told(event('execution.waiting', { reason: 'outage', until }, {}))).toEqual([]);
  });

  it('learns why there is another attempt', () => {
    const started = ['process.started', { ...place, pid: 1, pgid: 1, reason: 'rate_limited' }];
    expect(told(event('task.process', { pid: 1, pgid: 1 }))).toEqual([started]);
    expect(told(event('task.process', { pid: 1, pgid: 1 }), { started: null })).toEqual([
      ['process.started', { ...place, pid: 1, pgid: 1 }],
    ]);
  });
});
