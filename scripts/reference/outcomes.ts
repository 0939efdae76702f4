import { OUTCOMES, type OutcomeCode } from '@cc-executor/contracts';
import { SCENARIOS } from '../../services/worker/test/fidelity/scenarios.ts';
import { code, table } from './markdown.ts';

const FOLLOWS = {
  wait_for_reset:
    'waits until the limit resets and 10 s more; where nobody says when that is, it is tried again every 15 minutes',
  wait_for_burst:
    'waits 5 s, longer each time up to 15 minutes, and at least as long as the model asks for where that can be known; for a week, or until other tasks have worked while this one had to wait ten times',
  wait_for_recovery:
    'the same, and meanwhile only one prompt at a time is tried on that API; when it works, all continue',
  pause:
    'the execution is paused until somebody resumes it; the event says what to do. A refused credential that has worked before is tried again after 1, 5, 15 and every 30 minutes; when it works, all that were paused for it continue',
};

/** What is done after an attempt that ended so. */
function followsOf(outcome: OutcomeCode): string {
  const { status, follows, retry } = OUTCOMES[outcome];
  if (follows !== null) return FOLLOWS[follows];
  if (status === 'pending') return 'a new attempt';
  if (status === 'completed') return 'the next task';
  if (status === 'cancelled') return 'the list ends';
  const settled = '`on_failure` decides whether the list continues';
  return retry ? `the task's retries, then ${settled}` : `no retry, it would not help; ${settled}`;
}

export const outcomesPage = () => `# Outcomes

How an attempt at a task ended: always one of these, judged from everything that is known together (what the agent
reported, what the model's server answered, how the process ended), never from an exit code alone.

${table(
  ['outcome', 'means', 'the task is', 'counts', 'what follows'],
  (Object.keys(OUTCOMES) as OutcomeCode[]).map((outcome) => {
    const { status, counts, means } = OUTCOMES[outcome];
    return [code(outcome), means, code(status), counts ? 'yes' : 'no', followsOf(outcome)];
  }),
)}

An attempt that does not count is not held against the task's retries. The agent repeats a failed request by itself at
most twice; each of that is an \`agent.retry\` event.

# Which situation leads to which outcome

Each of these is played by a test, with the real Claude Code.

${SCENARIOS.map(
  ({ title, scenarios }) =>
    `## ${title}\n\n${table(
      ['what happens', 'outcome'],
      scenarios.map(({ what, outcome }) => [what, code(outcome)]),
    )}`,
).join('\n\n')}
`;
