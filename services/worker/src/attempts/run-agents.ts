import { earlierTasks, taskAt } from '@cc-executor/contracts/task-numbers';
import { bareEnd, type AgentEnd, type AgentTask } from '@cc-executor/agents';
import { OUTCOMES, type TaskWarning } from '@cc-executor/contracts';
import {
  NOTHING_SPENT,
  spentSince,
  type ExecutionRecord,
  type Recorder,
  type TaskRecord,
  type TaskState,
} from '@cc-executor/executions';
import { amendPrompt, withSpent } from './amend-prompt.ts';
import { AttemptRunner, type AttemptParts } from './attempt-runner.ts';
import { openTemp, type AttemptTemp } from './attempt-temp.ts';
import { openBox } from './box-of.ts';
import { runChecks } from './checks.ts';
import { takeAccount, withFindings } from './claims.ts';
import { earlierWork } from './earlier-work.ts';
import { lineageVariable, withLineage } from './lineage.ts';
import { prepareCall } from './prepare-call.ts';
import { describeChoice, runOrPick } from './picking.ts';
import { preparePrompt, type PreparedPrompt } from './prepare-prompt.ts';
import { refusedAlike } from './refused-alike.ts';
import { ResultsSoFar } from './results-so-far.ts';
import type { RunPorts } from '../ports.ts';
import { applyHooks } from './apply-hooks.ts';
import { reviewChanges } from './review.ts';
import type { VariantWork } from '../evidence/tasks-in-copies.ts';
import { watchTemp } from './temp-watch.ts';
import { aboutEarlierAttempts } from './earlier-attempts.ts';
import { judgeAnswer } from './validation.ts';

type Where = Omit<AgentTask, 'text' | 'options' | 'variables'>;
/** The steps after an agent that has finished its task. Each returns how the attempt ends. */
type Step = (runner: AttemptRunner, task: AgentTask, end: AgentEnd) => Promise<AgentEnd>;

const STEPS: readonly Step[] = [judgeAnswer, runChecks, reviewChanges];

/** Runs what one attempt at a task needs: its agent, then validation and checks; and compares its claims. */
export async function runAgents(
  ports: RunPorts,
  run: AttemptParts,
  where: Where,
  task: TaskRecord,
): Promise<AgentEnd> {
  const { record, recorder } = run;
  const results = new ResultsSoFar(ports, record, recorder.state);
  const variants = task.picks ? await run.variants() : null;
  const prepared = await prepareTask(ports, run, where, task, { results, variants });
  if ('outcome' in prepared) return prepared;
  const { text, options, warning } = prepared;
  const { kind, shared: readOnly = false, network = record.network } = task;
  const about = { ...where, options, kind, readOnly, network };
  const place = { task: where.task, attempt: where.attempt };
  const runner = new AttemptRunner(ports, run, place, task);
  const opened = await openBox(
    ports.sandbox,
    record,
    run,
    about,
    results.variables(where.task),
    runner.signal,
  ).catch((error: unknown) => {
    runner.close();
    throw error;
  });
  if (typeof opened === 'string') {
    runner.close();
    return runner.ended ?? bareEnd('spawn_failed', opened);
  }
  const { box } = opened;
  let temp: AttemptTemp | null = null;
  let endWatch: ReturnType<typeof watchTemp> | null = null;
  try {
    // A container has its own, with its own bound.
    if (task.kind === 'prompt' && !box) temp = await openTemp(record);
    const agentTask: AgentTask = {
      ...where,
      text,
      options: withLineage(options, record),
      variables: {
        ...temp?.variables,
        ...opened.variables,
        ...lineageVariable(record),
        ...run.variables,
      },
      ...(box && { box }),
    };
    if (temp?.path != null) endWatch = watchTemp(temp.path, ports.tempBytes, () => runner.fill());
    if (warning && !where.session?.resumed) await runner.note({ type: 'task.warning', data: warning });
    if (options.model !== task.options.model)
      await runner.note({ type: 'task.warning', data: fallbackWarning(options.model) });
    let beside = NOTHING_SPENT;
    if (task.options.amend_prompt === true && !where.session?.resumed) {
      const amended = await amendPrompt(runner, agentTask);
      if ('end' in amended) return amended.end;
      [agentTask.text, beside] = [amended.text, amended.spent];
    }
    const refused = await applyHooks(runner, agentTask);
    if (refused) return withSpent(refused, beside);
    const startedAt = Date.now();
    const ended = await runOrPick(runner, agentTask, variants);
    const own = refusedAlike(ownEnd(ended, where, recorder), earlierTasks(recorder.state.tasks, where.task));
    let end = withSpent(own, beside);
    const account = await takeAccount(runner, agentTask, end, startedAt);
    for (const step of STEPS) if (end.outcome === 'completed') end = await step(runner, agentTask, end);
    return await withFindings(runner, account, end);
  } finally {
    await endWatch?.();
    await opened.close();
    runner.close();
    await temp?.remove();
  }
}

/** Returns what the agent of a task gets, or how the attempt ends before anything is started. */
async function prepareTask(
  ports: RunPorts,
  { record, recorder }: AttemptParts,
  where: Where,
  task: TaskRecord,
  { results, variants }: { results: ResultsSoFar; variants: readonly VariantWork[] | null },
): Promise<PreparedPrompt | AgentEnd> {
  const { text } = task;
  const before = taskAt(recorder.state.tasks, where.task);
  const options = withFallback(task.options, before);
  if (task.kind === 'tool') {
    const call = await prepareCall({ text, options }, { task: where.task, record, results });
    return 'outcome' in call ? call : { ...call, options, warning: null };
  }
  if (task.kind !== 'prompt') return { text, options, warning: null };
  const isNew = where.session?.resumed !== true && task.options.retry_context !== 'none';
  const work =
    before && isNew && !beginsAgain(record, before)
      ? await earlierWork(ports, where.executionId, where.task, before)
      : null;
  const told = before ? aboutEarlierAttempts(before, work) : [];
  const choice = variants && (await describeChoice(task, variants, results));
  return await preparePrompt(
    { text, options: { ...options, ...choice?.options } },
    { task: where.task, record, results, maxTokens: ports.maxPromptTokens, told, after: choice?.text ?? '' },
  );
}

/** Whether nothing is left of what the attempt before has done. */
function beginsAgain({ on_retry }: ExecutionRecord, { end }: TaskState): boolean {
  return on_retry === 'restore' && end !== null && OUTCOMES[end.outcome].status !== 'pending';
}

/** Returns the options of an attempt; after a refusal of the model, with the fallback model. */
function withFallback(options: TaskRecord['options'], state: TaskState | undefined): TaskRecord['options'] {
  const { fallback_model } = options;
  return state?.was_refused && fallback_model !== undefined ? { ...options, model: fallback_model } : options;
}

function fallbackWarning(model = ''): TaskWarning {
  return {
    code: 'fallback_model_used',
    message: `The model refused to answer an earlier attempt; this one is by ${model}.`,
  };
}

/** Returns what only this attempt spent: a resumed conversation counts from its own start. */
function ownEnd(end: AgentEnd, { task, session }: Where, { state }: Recorder): AgentEnd {
  const before = session?.resumed ? taskAt(state.tasks, task)?.session : null;
  return before ? { ...end, ...spentSince(end, before) } : end;
}
