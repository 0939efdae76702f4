import { connect } from '@cc-executor/executions-redis';
import {
  applyEvent,
  currentSummary,
  initialState,
  type ExecutionState,
  type Summary,
  type TaskState,
} from '@cc-executor/executions';
import type { ExecutionStatus, NewEvent } from '@cc-executor/contracts';
import { expect } from 'vitest';

type Stored = NewEvent & { at: string; epoch: string };

/**
 * Checks, for every execution that Redis has whole, that the fold of its log is the state that is stored beside it. Both
 * are read in one step, so an execution may still run. Left out are executions that are archived, and those whose log
 * Redis has lost in part. Returns how many were checked; null when this Redis does not answer.
 */
export async function checkStatesAreFolds(redisUrl: string): Promise<number | null> {
  const redis = connect(redisUrl, 'impatient', () => undefined);
  try {
    await redis.connect();
  } catch {
    redis.disconnect();
    return null;
  }
  try {
    let checked = 0;
    for (const id of await redis.zrange('cc:executions', 0, '-1')) {
      const log = redis.multi().hgetall(`cc:execution:${id}`).xrange(`cc:log:${id}`, '-', '+');
      const [state, entries] = ((await log.exec()) ?? []).map(([, answer]) => answer);
      const hash = state as Record<string, string>;
      const events = (entries as [string, string[]][]).map(
        ([, [, , , json]]) => JSON.parse(json ?? '') as Stored,
      );
      if (!hash['record'] || events.some(({ epoch }) => epoch !== events[0]?.epoch)) continue;
      const stored = stateOf(hash);
      const fold = initialState(stored.tasks.length);
      for (const event of events) applyEvent(fold, event, event.at);
      expect(stored, `the stored state of ${id} beside the fold of its log`).toEqual(fold);
      checked += 1;
    }
    return checked;
  } finally {
    redis.disconnect();
  }
}

function stateOf(hash: Record<string, string>): ExecutionState {
  const tasks = Object.keys(hash).filter((name) => name.startsWith('task:'));
  return {
    status: hash['status'] as ExecutionStatus,
    reason: hash['reason'] || null,
    summary: currentSummary(JSON.parse(hash['summary'] ?? '') as Partial<Summary>),
    tasks: tasks.map((_, index) => JSON.parse(hash[`task:${String(index + 1)}`] ?? '') as TaskState),
  };
}
