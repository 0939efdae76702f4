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
import { waitFor } from '@cc-executor/testkit';
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
    await checkKeys(redis);
    return checked;
  } finally {
    redis.disconnect();
  }
}

/** The keys that are no execution's. BullMQ's own are bounded by its settings. */
const LASTING =
  /^cc:(ended|executions(:[a-z]+)?|feed|feed-log|folded-ids|installation|older-placed|output-bytes|outbox|restores|settled-output|suspect|to-archive|turns|workers|run-levels|queue:.+|(credential|family|idempotency|outage|outage-waiting|runs|worker):.+)$/;
/** Those of executions that have not ended. */
const UNFINISHED = /^cc:(held|turns(-at|-below)?:.+)$/;

/** Checks that each key of Redis belongs to something that is there. A worker releases what has ended a moment later. */
async function checkKeys(redis: ReturnType<typeof connect>): Promise<void> {
  let left: string[] = [];
  await waitFor(async () => (left = await keysOfNothing(redis)).length === 0).catch(() => undefined);
  expect(left, 'keys of Redis that belong to nothing').toEqual([]);
}

async function keysOfNothing(redis: ReturnType<typeof connect>): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of redis.scanStream({ count: 1000 })) keys.push(...(page as string[]));
  const ids = new Set(await redis.zrange('cc:executions', 0, '-1'));
  const statuses = await Promise.all(
    [...ids].map(async (id) => await redis.hget(`cc:execution:${id}`, 'status')),
  );
  const folded = await redis.hvals('cc:folded-ids');
  const areEnded = statuses.every((status) => /^(completed|failed|cancelled)$/.test(status ?? ''));
  const ofNothing = keys.filter((key) => {
    const [, id] = /^cc:(?:execution|log):(.+)$/.exec(key) ?? [];
    if (id !== undefined) return !ids.has(id);
    return UNFINISHED.test(key) ? areEnded : !LASTING.test(key);
  });
  return [...ofNothing, ...folded.filter((id) => !ids.has(id)).map((id) => `cc:folded-ids of ${id}`)];
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
