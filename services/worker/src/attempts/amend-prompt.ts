import { bareEnd, type AgentEnd, type AgentRun, type AgentTask } from '@cc-executor/agents';
import { addSpent, NOTHING_SPENT, type Spent } from '@cc-executor/executions';
import { amenderTask, amendmentOf, tooLongToAmend } from './amendment.ts';
import type { AttemptStage } from './attempt-stage.ts';
import { Countdown } from './countdown.ts';
import { LEASED_STATES } from '../ownership/leases.ts';
import { helperFor } from './reading-agent.ts';
import { isBlocking, limitOf } from './blocking-outcomes.ts';

/** The timeout of an amendment, in seconds; also at most half of the task's timeout and of its allowed silence. */
const LONGEST = 300;

/**
 * Has a fresh agent rewrite the prompt of an attempt, once per task. Returns the text to use, which is the
 * original if that failed, and the cost; or how the attempt ends if it is stopped or has to wait.
 */
export async function amendPrompt(
  stage: AttemptStage,
  task: AgentTask,
): Promise<{ text: string; spent: Spent } | { end: AgentEnd }> {
  const { recorder, lease, limits } = stage.made;
  const place = { task: task.task, attempt: task.attempt };
  const original = task.text;
  const before = recorder.state.tasks[place.task - 1]?.amendment;
  if (before?.original === original && before.amended !== null)
    return { text: before.amended, spent: NOTHING_SPENT };
  const asItIs = async (why: string, spent: Spent) => {
    const message = `The prompt was not amended, and runs unchanged: ${why}.`;
    await stage.note({ type: 'task.warning', data: { code: 'not_amended', message } });
    return { text: original, spent };
  };
  const tooLong = tooLongToAmend(original);
  if (tooLong !== null) return await asItIs(tooLong, NOTHING_SPENT);

  const seconds = Math.min(LONGEST, limits.time / 2, limits.silence / 2);
  const helper = helperFor(stage.task, 'amendment');
  const sink = stage.sinkFor('amendment', helper.agent);
  let run: AgentRun | undefined;
  let isLate = false;
  const bound = new Countdown(
    seconds,
    () => ((isLate = true), run?.stop('timed_out')),
    () => lease.paused,
  );
  const start = () => (run = stage.ports.agents[helper.agent].start(amenderTask(task, helper), sink));
  const ended = await stage.over(start, sink);
  bound.stop();
  isLate &&= stage.stopped === undefined;
  const end = isLate ? { ...ended, message: `it took longer than ${String(seconds)} s` } : ended;
  const { outcome, message, cost_usd, usage } = end;
  if (!isLate && isBlocking(outcome))
    return {
      end: { ...bareEnd(outcome, message), ...limitOf(end, helper.agent, stage.task.agent), cost_usd, usage },
    };
  const amendment = amendmentOf(original, end, stage.ports.maxPromptTokens);
  await recorder.commit([{ type: 'task.amended', ...place, data: amendment }], { from: LEASED_STATES });
  return amendment.amended === null
    ? await asItIs((amendment.reason ?? outcome).replace(/\.$/, ''), amendment)
    : { text: amendment.amended, spent: amendment };
}

/** Returns an end with an additional cost. */
export function withSpent(end: AgentEnd, spent: Spent): AgentEnd {
  return { ...end, ...addSpent(end, spent) };
}
