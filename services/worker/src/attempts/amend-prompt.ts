import { bareEnd, type AgentEnd, type AgentRun, type AgentTask } from '@cc-executor/agents';
import { addSpent, NOTHING_SPENT, type Spent, type TaskRecord } from '@cc-executor/executions';
import { amenderTask, amendmentOf, tooLongToAmend } from './amendment.ts';
import type { AttemptRunner } from './attempt-runner.ts';
import { Countdown } from './countdown.ts';
import { helperFor } from './reading-agent.ts';
import { isBlocking, limitOf } from './blocking-outcomes.ts';

/** The timeout of an amendment, in seconds; also at most half of the task's timeout and of its allowed silence. */
const LONGEST = 300;

/**
 * Has a fresh agent rewrite the prompt of an attempt, once per task. Returns the text to use, which is the
 * original if that failed, and the cost; or how the attempt ends if it is stopped or has to wait.
 */
export async function amendPrompt(
  runner: AttemptRunner,
  task: AgentTask,
): Promise<{ text: string; spent: Spent } | { end: AgentEnd }> {
  const original = task.text;
  const before = runner.earlierAmendment;
  if (before?.original === original && before.amended !== null)
    return { text: before.amended, spent: NOTHING_SPENT };
  const asItIs = async (why: string, spent: Spent) => {
    const message = `The prompt was not amended, and runs unchanged: ${why}.`;
    await runner.note({ type: 'task.warning', data: { code: 'not_amended', message } });
    return { text: original, spent };
  };
  const tooLong = tooLongToAmend(original);
  if (tooLong !== null) return await asItIs(tooLong, NOTHING_SPENT);

  const seconds = Math.min(LONGEST, runner.limits.time / 2, runner.limits.silence / 2);
  const helper = helperFor(runner.task, 'amendment');
  const sink = runner.sinkFor('amendment', helper.agent);
  let run: AgentRun | undefined;
  let isLate = false;
  const bound = new Countdown(seconds, () => ((isLate = true), run?.stop('timed_out')), runner.isPaused);
  const start = () => (run = runner.start(helper.agent, amenderTask(task, helper), sink));
  const ended = await runner.over(helper.agent, start, sink);
  bound.stop();
  isLate &&= runner.stopped === undefined;
  const end = isLate ? { ...ended, message: `it took longer than ${String(seconds)} s` } : ended;
  const { outcome, message, cost_usd, usage } = end;
  if (!isLate && isBlocking(outcome))
    return {
      end: {
        ...bareEnd(outcome, message),
        ...limitOf(end, helper.agent, runner.task.agent),
        cost_usd,
        usage,
      },
    };
  const amendment = amendmentOf(original, end, runner.maxPromptTokens);
  await runner.storeAmendment(amendment);
  return amendment.amended === null
    ? await asItIs((amendment.reason ?? outcome).replace(/\.$/, ''), amendment)
    : { text: amendment.amended, spent: amendment };
}

/** Returns an end with the cost of an attempt: a prompt of which no agent has started cost nothing. */
export function withKnownCost(
  { kind }: Pick<TaskRecord, 'kind'>,
  hasStarted: boolean,
  end: AgentEnd,
): AgentEnd {
  if (kind !== 'prompt' || hasStarted) return end;
  const usage = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_creation_tokens: 0 };
  return withSpent(end, { cost_usd: 0, usage });
}

/** Returns an end with an additional cost. */
export function withSpent(end: AgentEnd, spent: Spent): AgentEnd {
  return { ...end, ...addSpent(end, spent) };
}
