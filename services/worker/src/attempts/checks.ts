import type { AgentEnd, AgentTask } from '@cc-executor/agents';
import { LIMITS, type AgentName, type CheckOptions, type CheckRun, type Fix } from '@cc-executor/contracts';
import { addSpent } from '@cc-executor/executions';
import type { AttemptRunner } from './attempt-runner.ts';
import { fixTask, type FailedCheck } from './fixing.ts';
import { isBlocking, limitOf } from './blocking-outcomes.ts';
import { helperFor } from './reading-agent.ts';

/**
 * Runs the checks of a finished task and, if requested, agents that fix what they find. Returns how the
 * attempt ends. What stops one of them from outside, or makes it wait, does so to the attempt.
 */
export async function runChecks(runner: AttemptRunner, task: AgentTask, end: AgentEnd): Promise<AgentEnd> {
  const { checks = [], on_check_failure: onFailure, max_fixes } = checkingOf(runner);
  // What a task that picks has changed itself is not kept; the checks of the list have judged each variant.
  if (checks.length === 0 || runner.task.picks) return end;
  const maxFixes = onFailure === 'fix' ? (max_fixes ?? LIMITS.defaultFixes) : 0;
  let ended = end;
  for (let round = 0; ; round += 1) {
    const { runs, failed, stopped } = await runRound(runner, task, {
      checks,
      round,
      before: ended.checks.length,
    });
    ended = { ...ended, checks: [...ended.checks, ...runs] };
    if (stopped) return { ...ended, outcome: stopped.outcome, message: stopped.message };
    if (failed.length === 0) return ended;
    if (round === maxFixes) return await afterFailure(runner, ended, failed, onFailure === 'warn');
    const fixer = await runFix(runner, task, { failed, round: round + 1, of: maxFixes });
    const { outcome, message, session_id, cost_usd, usage } = fixer;
    const fix: Fix = { round: round + 1, outcome, message, session_id, cost_usd, usage };
    await runner.note({ type: 'task.fixed', data: fix });
    ended = { ...ended, ...addSpent(ended, fix), fixes: [...ended.fixes, fix] };
    const { agent } = helperFor(runner.task, 'fix');
    if (isBlocking(outcome))
      return { ...ended, outcome, message, ...limitOf(fixer, agent, runner.task.agent) };
  }
}

/** The agents that work in the workspace. */
const WORKERS: ReadonlySet<AgentName> = new Set(['claude', 'codex', 'acp']);

/** Returns the options of a task's checks: its own, or else the list's. */
function checkingOf({ record, task }: AttemptRunner): CheckOptions {
  const asked = { ...record.checking, ...task.checking };
  // No agent has worked there that could be continued.
  return !WORKERS.has(task.agent) && asked.on_check_failure === 'fix'
    ? { ...asked, on_check_failure: 'fail' }
    : asked;
}

interface Round {
  runs: CheckRun[];
  failed: FailedCheck[];
  /** Returns how the attempt ended while a check ran. */
  stopped: AgentEnd | null;
}

async function runRound(
  runner: AttemptRunner,
  task: AgentTask,
  { checks, round, before }: { checks: readonly string[]; round: number; before: number },
): Promise<Round> {
  const done: Round = { runs: [], failed: [], stopped: null };
  for (const [index, command] of checks.entries()) {
    await runner.note({
      type: 'task.checking',
      data: { command, round, number: index + 1, of: checks.length },
    });
    const sink = runner.sinkForCheck(`check-${before + index + 1}.txt`);
    const began = performance.now();
    const asked = { ...task, text: command, options: {}, session: null };
    const end = await runner.run('command', asked, sink);
    const run: CheckRun = {
      command,
      round,
      outcome: end.outcome,
      message: end.message,
      exit_code: end.exit_code,
      signal: end.signal,
      execution_time: Math.round(performance.now() - began) / 1000,
      output_bytes: sink.bytes,
      output_tail: sink.tail(LIMITS.checkTailBytes),
      file: sink.file,
    };
    await runner.note({ type: 'task.checked', data: run });
    done.runs.push(run);
    if (isBlocking(end.outcome)) return { ...done, stopped: end };
    if (end.outcome !== 'completed') done.failed.push({ run, output: sink.tail() });
  }
  return done;
}

async function runFix(
  runner: AttemptRunner,
  task: AgentTask,
  { failed, round, of }: { failed: readonly FailedCheck[]; round: number; of: number },
): Promise<AgentEnd> {
  await runner.note({
    type: 'task.fixing',
    data: { round, of, failed: failed.map(({ run }) => run.command) },
  });
  const helper = helperFor(runner.task, 'fix');
  const isOwn = helper.agent === runner.task.agent;
  const asked = fixTask(task, helper, { failed, isOwn });
  return await runner.run(helper.agent, asked, runner.sinkFor('fixes', helper.agent));
}

async function afterFailure(
  runner: AttemptRunner,
  end: AgentEnd,
  failed: readonly FailedCheck[],
  isWarning: boolean,
): Promise<AgentEnd> {
  const told = failed.map(({ run }) => `"${run.command}": ${run.message ?? run.outcome}`);
  const tries = end.fixes.length === 1 ? '1 try' : `${String(end.fixes.length)} tries`;
  const tried = end.fixes.length === 0 ? '' : `, after ${tries} to fix it`;
  const message = `${failed.length === 1 ? 'A check' : `${String(failed.length)} checks`} failed${tried}. ${told.join(' ')}`;
  if (!isWarning) return { ...end, outcome: 'check_failed', message };
  await runner.note({ type: 'task.warning', data: { code: 'check_failed', message } });
  return end;
}
