import { progressText, type AttemptEnd, type NewEvent } from '@cc-executor/contracts';
import { SAMPLE_END } from '@cc-executor/testkit';
import { describe, expect, it } from 'vitest';
import { applyEvent } from '../src/apply-event.ts';
import { initialState, type ExecutionState } from '../src/state.ts';

const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:01:00.000Z';

const TOTALS = {
  total_tasks: 2,
  completed_tasks: 0,
  failed_tasks: 0,
  execution_time: 60,
  evidence: null,
  cost_usd: null,
  usage: null,
};

const started = (task: number, attempt = 1): NewEvent => ({
  type: 'task.started',
  task,
  attempt,
  data: { description: `number ${String(task)}`, agent: 'command', reason: 'first', session: null },
});
const ended = (
  type: 'task.completed' | 'task.failed' | 'task.interrupted' | 'task.retrying',
  task: number,
  end: Partial<AttemptEnd> = {},
  attempt = 1,
): NewEvent => ({ type, task, attempt, data: { ...SAMPLE_END, ...end } });
const EXECUTION_STARTED: NewEvent = { type: 'execution.started', data: { worker: 'w', generation: 1 } };

/** Returns the state of a list of two tasks after events that come a minute after its start. */
function after(...events: NewEvent[]): ExecutionState {
  const state = initialState(2);
  applyEvent(state, EXECUTION_STARTED, AT);
  for (const event of events) applyEvent(state, event, LATER);
  return state;
}

describe('the state of an execution', () => {
  it('is running from its start on, which is reported once', () => {
    expect(after()).toMatchObject({ status: 'running', reason: null, summary: { started_at: AT } });
    expect(initialState(2)).toMatchObject({ status: 'queued', summary: { started_at: null } });
  });

  it('has the reason of a wait until it continues', () => {
    const waiting: NewEvent = { type: 'execution.waiting', data: { reason: 'outage', until: LATER } };
    expect(after(waiting)).toMatchObject({
      status: 'waiting',
      reason: 'outage',
      summary: { waiting_until: LATER },
    });
    const continued: NewEvent = {
      type: 'execution.continued',
      data: { worker: 'x', generation: 2, lost_worker: null },
    };
    expect(after(waiting, continued)).toMatchObject({
      status: 'running',
      reason: null,
      summary: { waiting_until: null },
    });
  });

  it('stays paused under another owner', () => {
    const paused: NewEvent = { type: 'execution.paused', data: { reason: 'user' } };
    const continued: NewEvent = {
      type: 'execution.continued',
      data: { worker: 'x', generation: 2, lost_worker: 'w' },
    };
    expect(after(paused, continued)).toMatchObject({ status: 'paused', reason: 'user' });
    const resumed: NewEvent = { type: 'execution.resumed', data: { status: 'queued' } };
    expect(after(paused, continued, resumed)).toMatchObject({ status: 'queued', reason: null });
  });

  it('keeps the reason of its cancel', () => {
    const state = after(
      { type: 'execution.cancelling', data: { reason: 'by request' } },
      { type: 'task.skipped', task: 1, data: { reason: 'cancelled' } },
      { type: 'task.skipped', task: 2, data: { reason: 'cancelled' } },
      { type: 'execution.cancelled', data: TOTALS },
    );
    expect(state).toMatchObject({
      status: 'cancelled',
      reason: 'by request',
      summary: { completed_at: LATER, cancelled_tasks: 2, not_run_tasks: 2, settled_tasks: 2 },
    });
    expect(state.tasks.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });

  it.each<[string, NewEvent]>([
    ['completed', { type: 'execution.completed', data: TOTALS }],
    ['failed', { type: 'execution.failed', data: { ...TOTALS, reason: 'x' } }],
    ['cancelled', { type: 'execution.cancelled', data: TOTALS }],
  ])('is not %s from a state that does not lead there', (_, event) => {
    const state = initialState(1);
    expect(() => {
      applyEvent(state, event, AT);
    }).toThrow(expect.objectContaining({ code: 'ILLEGAL_STATE' }));
    expect(state).toEqual(initialState(1));
  });

  it('is the same after what says only what happened on the way', () => {
    const before = after();
    const output: NewEvent = {
      type: 'task.output',
      task: 1,
      attempt: 1,
      data: { stream: 'stdout', data: 'text' },
    };
    const process: NewEvent = { type: 'task.process', task: 1, attempt: 1, data: { pid: 1, pgid: 1 } };
    expect(after(output, process)).toEqual(before);
  });

  it('has no other tasks than those of its list', () => {
    expect(() => after(started(3))).toThrow('There is no task 3 among 2.');
  });
});

describe('the state of a task', () => {
  it('runs, and is the current one, from its start on', () => {
    const state = after(started(2));
    expect(state.summary.current_task).toBe('Task 2: number 2');
    expect(state.tasks[1]).toMatchObject({ status: 'running', attempt: 1, started_at: LATER });
    expect(state.tasks[0]).toMatchObject({ status: 'pending', attempt: 0 });
  });

  it('is counted once, at its end', () => {
    const done = after(started(1), ended('task.completed', 1));
    expect(done.summary).toMatchObject({ completed_tasks: 1, settled_tasks: 1, current_task: null });
    expect(done.tasks[0]).toMatchObject({ status: 'completed', tries: 1, completed_at: LATER });
    const failed = after(started(1), ended('task.failed', 1, { outcome: 'nonzero_exit', exit_code: 3 }));
    expect(failed.summary).toMatchObject({ completed_tasks: 0, failed_tasks: 1, settled_tasks: 1 });
  });

  it('has its losses counted in a row, and none of them as a try', () => {
    const lost = { outcome: 'worker_lost', last_heard_after: 1 } as const;
    const twice = after(
      started(1),
      ended('task.interrupted', 1, lost),
      started(1, 2),
      ended('task.interrupted', 1, { ...lost, last_heard_after: 600 }, 2),
    );
    expect(twice.tasks[0]).toMatchObject({ status: 'pending', losses: 2, early_losses: 0, tries: 0 });
    const then = after(
      started(1),
      ended('task.interrupted', 1, lost),
      started(1, 2),
      ended('task.retrying', 1, { outcome: 'nonzero_exit' }, 2),
    );
    expect(then.tasks[0]).toMatchObject({ losses: 0, early_losses: 0, tries: 1 });
  });

  it('adds up what its attempts cost, and so does the list', () => {
    const usage = { input_tokens: 1, output_tokens: 2, cache_read_tokens: 3, cache_creation_tokens: 4 };
    const state = after(
      started(1),
      ended('task.retrying', 1, { outcome: 'check_failed', cost_usd: 0.25, usage }),
      started(1, 2),
      ended('task.completed', 1, { cost_usd: 0.5, usage }, 2),
    );
    const twice = { input_tokens: 2, output_tokens: 4, cache_read_tokens: 6, cache_creation_tokens: 8 };
    expect(state.tasks[0]).toMatchObject({ cost_usd: 0.75, usage: twice });
    expect(state.summary).toMatchObject({ cost_usd: 0.75, usage: twice });
  });

  it('has the receipt of each attempt at its number, and the list the last of them', () => {
    const first = 'a'.repeat(64);
    const third = 'c'.repeat(64);
    const state = after(
      started(1),
      ended('task.retrying', 1, { outcome: 'nonzero_exit', receipt: first }),
      started(1, 3),
      ended('task.completed', 1, { receipt: third }, 3),
    );
    expect(state.tasks[0]?.receipts).toEqual([first, null, third]);
    expect(state.summary.evidence).toEqual({ receipts: 2, head: third });
  });

  it('has warnings that come after its end, and counts as warned then', () => {
    const warning = (message: string, attempt: number): NewEvent => ({
      type: 'task.warning',
      task: 1,
      attempt,
      data: { code: 'not_joined', message },
    });
    const state = after(started(1), warning('in its end, if it lasts', 1), ended('task.completed', 1));
    expect(state.tasks[0]?.warnings).toEqual([]);
    for (const event of [warning('one', 1), warning('two', 1), warning('of another attempt', 2)])
      applyEvent(state, event, LATER);
    expect(state.tasks[0]?.warnings.map(({ message }) => message)).toEqual(['one', 'two']);
    expect(state.summary.warned_tasks).toBe(1);
  });

  it('counts no variant as failed once another one is taken, also in a rerun', () => {
    const picked = { task: 2, variant: 2, of: 3, name: 'write', why: null };
    const counted = ({ summary }: ExecutionState) => {
      const { completed_tasks, failed_tasks, timed_out_tasks = 0 } = summary;
      const { not_taken_tasks = 0, not_run_tasks = 0 } = summary;
      return { completed_tasks, failed_tasks, timed_out_tasks, not_taken_tasks, not_run_tasks };
    };
    const state = initialState(4);
    const take = (...events: NewEvent[]) => events.forEach((event) => applyEvent(state, event, LATER));
    take(EXECUTION_STARTED, started(1), started(2), started(3), started(4));
    take({ type: 'task.timed_out', task: 1, attempt: 1, data: { ...SAMPLE_END, outcome: 'timed_out' } });
    take(ended('task.completed', 2), ended('task.completed', 3));
    expect(counted(state)).toMatchObject({ completed_tasks: 2, failed_tasks: 1, timed_out_tasks: 1 });
    take(ended('task.completed', 4, { picked }));
    const last = {
      completed_tasks: 3,
      failed_tasks: 0,
      timed_out_tasks: 0,
      not_taken_tasks: 1,
      not_run_tasks: 0,
    };
    expect(counted(state)).toEqual(last);
    expect(progressText(state.summary)).toBe('3/4 tasks completed, 1 variant not taken');
    const again = initialState(4);
    const from = { execution_id: 'a', execution_uuid: null, attempt: 1, receipt: null };
    for (const [task, end] of [
      [2, SAMPLE_END],
      [3, SAMPLE_END],
      [4, { ...SAMPLE_END, picked }],
    ] as const)
      applyEvent(again, { type: 'task.carried', task, data: { from, end } }, AT);
    applyEvent(again, { type: 'task.skipped', task: 1, data: { reason: 'not_needed' } }, LATER);
    expect(counted(again)).toEqual(last);
  });
});
