import type { Amendment, AttemptEnd, NewEvent } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { applyEvent } from '../src/apply-event.ts';
import { initialState } from '../src/state.ts';

const AT = '2026-05-05T12:00:00.000Z';
const usage = (tokens: number) => ({
  input_tokens: tokens,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_creation_tokens: 0,
});

/** What of an end counts here. */
const end = (more: Partial<AttemptEnd>) =>
  ({ outcome: 'completed', fixes: [], ...more }) as unknown as AttemptEnd;
const started = (attempt: number, resumed: boolean): NewEvent => ({
  type: 'task.started',
  task: 1,
  attempt,
  data: {
    description: 'x',
    agent: 'claude',
    reason: resumed ? 'usage_limit' : 'first',
    session: { id: 's', resumed, why: 'x' },
  },
});
const place = (attempt: number) => ({ task: 1, attempt });

describe('what is spent', () => {
  it('is of all attempts, and of a conversation only its own messages', () => {
    const state = initialState(1);
    const validation = { cost_usd: 0.25, usage: usage(20) } as AttemptEnd['validation'];
    // And of the 1 before, the agent that rewrote the prompt 0.5.
    const amended = { cost_usd: 0.5, usage: usage(30) } as Amendment;
    const limited = end({ outcome: 'usage_limit', cost_usd: 1, usage: usage(100) });
    const fixes = [{ cost_usd: 1, usage: usage(50) }] as AttemptEnd['fixes'];
    // Of the 1.75 the validator and a fixing agent, with conversations of their own, have spent 1.25.
    const done = end({ cost_usd: 1.75, usage: usage(110), validation, fixes });
    const events: NewEvent[] = [
      started(1, false),
      { type: 'task.amended', ...place(1), data: amended },
      { type: 'task.interrupted', ...place(1), data: limited },
      started(2, true),
      { type: 'task.completed', ...place(2), data: done },
    ];
    for (const event of events) applyEvent(state, event, AT);
    expect(state.tasks[0]).toMatchObject({ cost_usd: 2.75, usage: { input_tokens: 210 } });
    expect(state.tasks[0]?.session).toMatchObject({ cost_usd: 1, usage: { input_tokens: 110 } });
    expect(state.summary).toMatchObject({ cost_usd: 2.75, usage: { input_tokens: 210 } });
  });

  it('stays unknown where it was never reported', () => {
    const state = initialState(1);
    applyEvent(state, started(1, false), AT);
    const data = end({ cost_usd: null, usage: null });
    applyEvent(state, { type: 'task.completed', ...place(1), data }, AT);
    expect(state.summary).toMatchObject({ cost_usd: null, usage: null });
  });
});
