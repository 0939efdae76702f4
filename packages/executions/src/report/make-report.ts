import {
  ATTEMPT_FINDINGS,
  choiceText,
  countTasks,
  isTerminal,
  type Report,
  type ReportDone,
  type ReportFailure,
  type ReportNeed,
} from '@cc-executor/contracts';
import { isTaken, missedTasks, workCounts } from '../needs.ts';
import type { StoredExecution, StoredStatus } from '../ports/store.ts';
import { describeTask, titleOf } from '../record.ts';
import { resultWarnings } from '../result-warnings.ts';
import { secondsBetween } from '../totals.ts';
import { branchOf, promisesBranch } from './branch-of.ts';
import { REPORT_BOUNDS, taskKey, tasksIn, type ReportedTask, type ReportFacts } from './facts.ts';
import { newsOf } from './news.ts';
import {
  doneProof,
  listName,
  failedListNeed,
  failureSentence,
  headlineOf,
  pausedNeed,
  plural,
  undeliveredNeed,
} from './sentences.ts';

/** The amount of an answer that is shown as what it claims, in characters. */
const CLAIM_CHARACTERS = 240;

/** The proof in the success of each kind of task, without further checks. */
const PROVEN = { prompt: 'unproven', command: 'exit_code', tool: 'answered' } as const;

/** Returns the report of these facts. The same facts always result in the same report. */
export function makeReport(facts: ReportFacts): Report {
  const { since, until, now, executions, details, totals } = facts;
  const failures = failedTasks(details.values());
  const done = tasksIn(details.values(), ['completed']).map((task) => doneOf(task, facts));
  const needs = needsOf(facts, done, failures);
  const sum = (count: (status: StoredStatus) => number) =>
    executions.reduce((total, status) => total + count(status), 0);
  const known = new Map([...details].map(([id, execution]) => [id, countsOf(execution)]));
  const countOf = ({ execution_id: id, summary }: StoredStatus) => known.get(id) ?? summary;
  const unsuccessful = sum((status) => countOf(status).failed_tasks);
  const notTaken = sum((status) => countOf(status).not_taken_tasks ?? 0);
  const settled = sum(({ summary }) => summary.settled_tasks);
  const completed = sum(({ summary }) => summary.completed_tasks);
  const tasks = sum(({ summary }) => summary.total_tasks);
  const claimed = done.filter(({ says_tests_pass }) => says_tests_pass);
  const counts: Report['counts'] = {
    executions: executions.length,
    tasks,
    done: completed,
    failed: unsuccessful,
    not_taken: notTaken,
    not_run: Math.max(0, settled - completed - unsuccessful - notTaken),
    open: Math.max(0, tasks - settled),
    needs_you: needs.length,
    contradicted: done.filter(({ verdict }) => verdict === 'contradicted').length,
    tests_claimed: claimed.length,
    tests_proven: claimed.filter(({ verdict }) => verdict === 'checked').length,
  };
  const active = executions.filter(({ status }) => ['queued', 'running', 'cancelling'].includes(status));
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    generated_at: now.toISOString(),
    headline: headlineOf(counts),
    counts,
    needs_you: needs.slice(0, REPORT_BOUNDS.needs),
    failed: failures.slice(0, REPORT_BOUNDS.failed).map((task) => failureOf(task, facts)),
    waiting: executions
      .filter(({ status }) => status === 'waiting')
      .slice(0, REPORT_BOUNDS.open)
      .map((status) => ({
        execution_id: status.execution_id,
        title: listName(status),
        until: status.summary.waiting_until,
        sentence: WAITS[status.reason ?? ''] ?? 'It waits, and continues by itself.',
      })),
    running: active.slice(0, REPORT_BOUNDS.open).map((status) => ({
      execution_id: status.execution_id,
      title: listName(status),
      status: status.status,
      current_task: status.summary.current_task,
    })),
    done: done.toSorted((a, b) => concern(a) - concern(b)).slice(0, REPORT_BOUNDS.done),
    changed: changedBy(facts),
    branches: executions.flatMap((status) => branchesOf(status, details)).slice(0, REPORT_BOUNDS.branches),
    times: {
      working: totals.working,
      waiting: totals.waiting,
      queued: executions
        .filter(({ created_at }) => created_at >= since.toISOString())
        .reduce((all, { created_at, summary }) => all + queuedFor(created_at, summary.started_at), 0),
    },
    ...totals.spent,
    cost_unknown: totals.costUnknown,
    partial: [...facts.partial, ...beyond(failures.length, done.length), ...stillOpen(active.length)],
  };
}

const WAITS: Readonly<Record<string, string>> = {
  usage_limit: "The plan's usage limit is reached; it continues by itself when that resets.",
  outage: 'The model fails or cannot be reached; it tries again by itself.',
  backoff: 'It waits for a short while before the next attempt.',
  burst: 'The model refused a burst of requests; it tries again by itself.',
};

const FAILED = ['failed', 'timed_out'] as const;

function branchesOf(
  { execution_id, summary }: StoredStatus,
  details: ReportFacts['details'],
): Report['branches'] {
  const detail = details.get(execution_id);
  return detail ? branchOf(detail, summary.delivered) : [];
}

/** Returns the counts of an execution; an earlier version has stored failed variants beside a taken one as failures. */
function countsOf({ record, state }: StoredExecution) {
  return countTasks(
    state.tasks.map(({ status, attempt }, index) => {
      const taken = isTaken(index, record.tasks, state.tasks);
      return { status, attempt, isWarned: false, taken };
    }),
  );
}

/** Returns the failed tasks, in the order of `latestFirst`, without variants beside one that was taken. */
export function failedTasks(executions: Iterable<ReportedTask['execution']>): ReportedTask[] {
  const failed = [...executions].flatMap((execution) => {
    const missed = new Set(missedTasks(execution.record.tasks, execution.state.tasks));
    return tasksIn([execution], FAILED).filter(({ task }) => missed.has(task));
  });
  return latestFirst(failed);
}

/**
 * Returns tasks list by list: first the list of which one settled last. Those of a list are in its order, as a failure often
 * explains the next one.
 */
export function latestFirst(tasks: readonly ReportedTask[]): ReportedTask[] {
  const settled = new Map<ReportedTask['execution'], string>();
  for (const task of tasks) {
    const at = stateOf(task).completed_at ?? '';
    if (at >= (settled.get(task.execution) ?? '')) settled.set(task.execution, at);
  }
  const time = ({ execution }: ReportedTask) => settled.get(execution) ?? '';
  return tasks.toSorted((a, b) => {
    if (a.execution === b.execution) return a.task - b.task;
    return time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : 0;
  });
}

function needsOf(
  { executions, details, damaged, workers }: ReportFacts,
  done: readonly ReportDone[],
  failures: readonly ReportedTask[],
): ReportNeed[] {
  const queued = executions.filter(({ status }) => status === 'queued');
  const idle: ReportNeed[] =
    queued.length > 0 && workers === 0
      ? [
          {
            kind: 'no_worker',
            execution_id: null,
            list: null,
            task: null,
            title: plural(queued.length, 'list'),
            sentence: `No worker is alive, and ${plural(queued.length, 'list is', 'lists are')} queued.`,
            action: 'start_worker',
            todo: 'Start a worker: "npm start" or "docker compose up" starts one.',
          },
        ]
      : [];
  const withFailures = new Set(failures.map(({ execution }) => execution.record.execution_id));
  const failed = executions.filter(
    ({ status, execution_id: id, summary }) =>
      status === 'failed' && !withFailures.has(id) && (details.has(id) || summary.failed_tasks === 0),
  );
  const known = new Set(failed.map(({ execution_id }) => execution_id));
  const undelivered = executions.flatMap((stored) => {
    const { execution_id: id, status } = stored;
    const detail = details.get(id);
    return detail && isTerminal(status) && !known.has(id) && promisesBranch(detail)
      ? branchesOf(stored, details)
      : [];
  });
  const paused = executions.filter(({ status }) => status === 'paused').map(pausedNeed);
  const broken = damaged.map((execution_id): ReportNeed => ({
    kind: 'damaged',
    execution_id,
    list: execution_id,
    task: null,
    title: execution_id,
    sentence: 'Its archive is damaged: what its tasks did cannot be read from it.',
    action: 'look',
    todo: 'Run "cc-executor verify" on it, and look for a backup of the data directory.',
  }));
  const contradicted = done
    .filter(({ verdict }) => verdict === 'contradicted')
    .map(({ execution_id, list, task, title, proof }): ReportNeed => ({
      kind: 'contradicted',
      execution_id,
      list,
      task,
      title,
      sentence: proof,
      action: 'look',
      todo: 'Check what the task really did before you use its result.',
    }));
  const torn = failed.map(failedListNeed);
  const lost = undelivered.filter(({ is_delivered }) => !is_delivered).map(undeliveredNeed);
  return [...idle, ...paused, ...torn, ...lost, ...broken, ...contradicted];
}

function failureOf(reported: ReportedTask, { earlier, proofs }: ReportFacts): ReportFailure {
  const { record, state } = { record: recordOf(reported), state: stateOf(reported) };
  const { end, attempt, status, cost_usd, prediction, completed_at } = state;
  const title = describeTask(record);
  return {
    ...placeOf(reported, title),
    attempt,
    kind: record.kind,
    status: status === 'timed_out' ? 'timed_out' : 'failed',
    outcome: end?.outcome ?? null,
    sentence: failureSentence(end),
    proof: proofs.get(taskKey(reported)) ?? [],
    news: newsOf(earlier.of(record.kind, title), {
      status,
      seconds: end?.execution_time ?? null,
      dollars: cost_usd,
    }),
    execution_time: end?.execution_time ?? null,
    expected_time: prediction?.expected ?? null,
    cost_usd,
    completed_at,
  };
}

function doneOf(reported: ReportedTask, { earlier }: ReportFacts): ReportDone {
  const { record, state } = { record: recordOf(reported), state: stateOf(reported) };
  const { end, status, cost_usd } = state;
  const title = describeTask(record);
  const findings = end?.findings ?? [];
  const last = Math.max(0, ...(end?.checks ?? []).map(({ round }) => round));
  const checks = (end?.checks ?? []).filter(({ round }) => round === last);
  const { execution, task } = reported;
  const isDropped = isTaken(task - 1, execution.record.tasks, execution.state.tasks) === false;
  // What nobody took is no result.
  const isContradicted = !isDropped && findings.some(({ code }) => ATTEMPT_FINDINGS[code].contradicts);
  const isChecked = checks.length > 0 && checks.every(({ outcome }) => outcome === 'completed');
  const verdict = isContradicted ? 'contradicted' : isChecked ? 'checked' : PROVEN[record.kind];
  return {
    ...placeOf(reported, title),
    claim: record.kind === 'prompt' && !end?.picked ? claimOf(end?.result ?? null) : null,
    choice: choiceOf(reported),
    verdict,
    proof: doneProof(verdict, findings, checks),
    says_tests_pass: saysTestsPass(end?.json),
    warnings: resultWarnings(state).map(({ message }) => message),
    checks: checks.map(({ command, outcome }) => ({ command, outcome })),
    news: newsOf(earlier.of(record.kind, title), {
      status,
      seconds: end?.execution_time ?? null,
      dollars: cost_usd,
    }),
    execution_time: end?.execution_time ?? null,
    cost_usd,
  };
}

function choiceOf(reported: ReportedTask): string | null {
  const { execution, task } = reported;
  const { kind, text } = recordOf(reported);
  const { end } = stateOf(reported);
  if (end?.picked) return choiceText(end.picked, kind === 'command' ? text : null);
  const taken = isTaken(task - 1, execution.record.tasks, execution.state.tasks);
  if (taken === undefined) return null;
  return taken ? 'It was taken.' : 'Another variant was taken: this work is not in the workspace.';
}

/** Returns the position in the report: the lowest number comes first. */
function concern({ verdict, says_tests_pass, news, warnings }: ReportDone): number {
  if (verdict === 'contradicted') return 0;
  if (verdict === 'unproven' && says_tests_pass) return 1;
  if (warnings.length > 0) return 2;
  if (news.length > 0) return 3;
  return verdict === 'unproven' ? 4 : 5;
}

function changedBy({ details, changes }: ReportFacts): Report['changed'] {
  return latestFirst(tasksIn(details.values(), ['completed', 'failed', 'timed_out', 'cancelled']))
    .filter(isInWorkspace)
    .flatMap((reported) => {
      const change = changes.get(taskKey(reported));
      return change ? [{ ...placeOf(reported, describeTask(recordOf(reported))), ...change }] : [];
    })
    .slice(0, REPORT_BOUNDS.changed);
}

/** Returns whether what a task changed is in the workspace: a copy is dropped with a variant that was not taken, or a failure. */
export function isInWorkspace(reported: ReportedTask): boolean {
  const { execution, task } = reported;
  const { status, in_copy } = stateOf(reported);
  const isDropped = in_copy === true && status !== 'completed';
  return !isDropped && workCounts(execution.record.tasks, execution.state.tasks, task);
}

function placeOf({ execution, task }: ReportedTask, title: string) {
  return { execution_id: execution.record.execution_id, list: titleOf(execution.record), task, title };
}

function recordOf({ execution, task }: ReportedTask) {
  const record = execution.record.tasks[task - 1];
  if (!record) throw new RangeError(`There is no task ${String(task)}.`);
  return record;
}

/** Returns the state of a reported task. Throws a RangeError if there is no such task. */
export function stateOf({ execution, task }: ReportedTask) {
  const state = execution.state.tasks[task - 1];
  if (!state) throw new RangeError(`There is no task ${String(task)}.`);
  return state;
}

function claimOf(result: string | null): string | null {
  const line = (result ?? '').trim().replace(/\s+/g, ' ');
  if (line === '') return null;
  return line.length > CLAIM_CHARACTERS ? `${line.slice(0, CLAIM_CHARACTERS - 1).toWellFormed()}…` : line;
}

function saysTestsPass(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'tests_passed' in json && json.tests_passed === true;
}

function queuedFor(created: string, started: string | null): number {
  return started === null ? 0 : secondsBetween(created, started);
}

function beyond(failed: number, done: number): string[] {
  const more = (count: number, bound: number, what: string) =>
    count > bound ? [`${String(count - bound)} more ${what} are counted, but not listed.`] : [];
  return [
    ...more(failed, REPORT_BOUNDS.failed, 'failed tasks'),
    ...more(done, REPORT_BOUNDS.done, 'tasks that succeeded'),
  ];
}

function stillOpen(count: number): string[] {
  if (count === 0) return [];
  return [`${plural(count, 'list has', 'lists have')} not ended: what is still to come is not in here.`];
}
