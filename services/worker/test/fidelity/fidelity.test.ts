import { OUTCOME_CODES, OUTCOMES, type OutcomeCode } from '@cc-executor/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rounds } from '@cc-executor/testkit';
import { openStage } from './play.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => stage.close());

const all = SCENARIOS.flatMap(({ title, scenarios }, group) =>
  scenarios.map((scenario, index) => ({
    title,
    name: `play-${String(group)}-${String(index)}`,
    ...scenario,
  })),
);

/** Whether every scenario is played, as each night; else those that `representatives` gives. */
const PLAYS_ALL = rounds({ short: 0, nightly: 1 }) === 1;
/** How many of a group are played in any case, each with another outcome. */
const OF_EACH_GROUP = 2;

/** Returns the first scenario of every outcome, and of each group the first ones whose outcomes differ. */
function representatives(scenarios: typeof all): typeof all {
  const played = new Set<OutcomeCode>();
  const ofGroup = new Map<string, Set<OutcomeCode>>();
  return scenarios.filter(({ title, outcome }) => {
    const outcomes = ofGroup.get(title) ?? new Set();
    ofGroup.set(title, outcomes);
    if (played.has(outcome) && (outcomes.has(outcome) || outcomes.size >= OF_EACH_GROUP)) return false;
    played.add(outcome);
    outcomes.add(outcome);
    return true;
  });
}

const possible = all.filter((scenario) => scenario.possible?.() ?? true);
const titled = PLAYS_ALL ? possible : representatives(possible);

/** What becomes of an execution whose only task had an attempt that ended so. */
function statusAfter(outcome: OutcomeCode): RegExp {
  const { status, follows } = OUTCOMES[outcome];
  if (follows === 'pause') return /^paused$/;
  if (follows !== null) return /^waiting$/;
  if (status === 'pending') return /^(running|paused)$/;
  return status === 'timed_out' ? /^failed$/ : new RegExp(`^${status}$`);
}

// Proves: success-needs-proof
describe('a task', () => {
  it.concurrent.each(titled)('$title: $what: $outcome', async ({ name, ...scenario }) => {
    const { state, end, events, left } = await stage.play(scenario, name);
    const { or, retries = expect.any(Number) as number } = scenario;
    const { outcome, says = '' } = or && or.outcome === end?.outcome ? or : scenario;
    const message = expect.stringContaining(says) as string;
    expect({
      outcome: end?.outcome,
      status: state.status,
      message: end?.message,
      hasResult: end?.result !== null,
      // What knows its session knows the program's version too.
      knowsVersion: end?.agent_version !== null,
      retries: events.filter(({ type }) => type === 'agent.retry').length,
      left,
    }).toEqual({
      outcome,
      status: expect.stringMatching(scenario.status ?? statusAfter(outcome)),
      message: outcome === 'completed' ? null : message,
      hasResult:
        // What holds up an agent beside it takes no answer away.
        (KEEPS_ITS_ANSWER.has(outcome) || end?.held_up_by !== undefined) &&
        (end?.session_id !== null || isRequest(scenario) || (isCall(scenario) && outcome === 'completed')),
      knowsVersion: scenario.knowsVersion ?? end?.session_id !== null,
      retries,
      left: [],
    });
  });
});

/** A call of a tool has an answer without a conversation. */
function isCall({ task }: Scenario): boolean {
  return typeof task === 'object' && task.tool !== undefined;
}

function isRequest({ task }: Scenario): boolean {
  return typeof task === 'object' && task.agent === 'model';
}

/** The outcomes of an attempt whose answer is there. */
const KEEPS_ITS_ANSWER: ReadonlySet<OutcomeCode> = new Set([
  'completed',
  'invalid_output',
  'uuid_mismatch',
  'validation_failed',
  'check_failed',
  'permission_denied',
]);

describe('the table of scenarios', () => {
  // Proves: success-needs-proof
  it('has one for every outcome', () => {
    // What follows an interruption is played by the tests of recovery and of conversations; hooks, containers and joins
    // have tests of their own.
    const elsewhere: OutcomeCode[] = [
      'worker_lost',
      'ends_worker',
      'conversation_lost',
      'hook_refused',
      'hook_failed',
      'out_of_memory',
      'merge_conflict',
      'nothing_picked',
    ];
    const played = new Set<OutcomeCode>(titled.map(({ outcome }) => outcome));
    expect(OUTCOME_CODES.filter((code) => !played.has(code) && !elsewhere.includes(code))).toEqual([]);
  });

  it('has each only once', () => {
    const names = all.map(({ title, what }) => `${title} ${what}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
