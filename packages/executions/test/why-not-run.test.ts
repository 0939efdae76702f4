import { ExecuteRequest } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { initialState, makeRecord, whyNotRun, type ExecutionState } from '../src/index.ts';

type Ended = Partial<ExecutionState['tasks'][number]>;
const FAILED: Ended = { status: 'failed', attempt: 1 };
const DONE: Ended = { status: 'completed', attempt: 1 };
const because = (skipped: NonNullable<Ended['skipped']>): Ended => ({ status: 'skipped', skipped });

/** Returns what is said of a task of a list whose tasks ended so. */
function said(task: number, list: unknown[], ended: Ended[], more = {}): string | null {
  const record = makeRecord(ExecuteRequest.parse({ tasks: list, ...more }), 'it', new Date());
  const state = initialState(record.tasks.length);
  for (const [index, one] of ended.entries()) Object.assign(state.tasks[index] ?? {}, one);
  return whyNotRun({ record, state }, task);
}

describe('why a task was not run', () => {
  const apart = [
    { command: 'true', needs: [] },
    { command: 'true', needs: [] },
    { command: 'true', needs: [1, 2] },
    { command: 'true', needs: [3] },
    { command: 'true', needs: [1] },
  ];

  it('names what failed of that which it needs, also through others', () => {
    const ended = [DONE, FAILED, because('task_failed'), because('task_failed'), because('task_failed')];
    expect(said(3, apart, ended)).toBe('It was not run: task 2, which it needs, did not succeed.');
    expect(said(4, apart, ended)).toBe('It was not run: task 2, which it needs, did not succeed.');
    expect(said(5, apart, ended)).toBe(
      'It was not run: the list stops at a failure, and task 2 did not succeed.',
    );
    expect(said(3, apart, [FAILED, { ...FAILED, status: 'timed_out' }, because('task_failed')])).toBe(
      'It was not run: tasks 1 and 2, which it needs, did not succeed.',
    );
  });

  it('says that its condition was not met', () => {
    const list = [{ command: 'true' }, { command: 'true', when: 'failure' }];
    expect(said(2, list, [DONE, because('not_needed')])).toBe(
      'It was not needed: it is for a failure, and nothing that it needs had failed.',
    );
  });

  it('distinguishes variants from the task that picks them', () => {
    const list = [{ prompt: 'a', variants: 2 }, { command: 'true', pick: 1 }, { command: 'true' }];
    expect(said(1, list, [because('not_needed'), DONE, DONE])).toBe(
      'It was not needed: another variant was taken.',
    );
    const lost = [FAILED, FAILED, because('task_failed'), because('task_failed')];
    expect(said(3, list, lost)).toBe('It was not run: none of its variants succeeded.');
    expect(said(4, list, lost)).toBe('It was not run: a task before it did not succeed.');
  });

  it('has the reasons of the whole list, and none of a task that began or may begin', () => {
    const list = [{ command: 'true' }, { command: 'true' }];
    expect(said(2, list, [DONE, { status: 'cancelled', skipped: 'cancelled' }])).toBe(
      'It was not run: the execution was cancelled before.',
    );
    expect(said(2, list, [DONE, because('hook_refused')])).toMatch(/a hook refused/);
    for (const one of [{}, DONE, { status: 'cancelled', attempt: 1, skipped: 'cancelled' } as const])
      expect(said(2, list, [DONE, one])).toBeNull();
  });
});
