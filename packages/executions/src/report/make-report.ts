import { numbered } from '@cc-executor/contracts/task-numbers';
import { countTasks, type Report } from '@cc-executor/contracts';
import { isTaken } from '../needs.ts';
import type { StoredExecution, StoredStatus } from '../ports/store.ts';
import { describeTask } from '../record.ts';
import { secondsBetween } from '../totals.ts';
import { failureOf, doneOf, concern } from './done-and-failed.ts';
import { REPORT_BOUNDS, taskKey, tasksIn, type ReportFacts } from './facts.ts';
import { branchesOf, needsOf } from './needs.ts';
import { failedTasks, isInWorkspace, latestFirst, placeOf, recordOf } from './reported-tasks.ts';
import { listName, headlineOf, plural } from './sentences.ts';

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
  repository: 'The address of its repository cannot be reached; it tries again by itself.',
  backoff: 'It waits for a short while before the next attempt.',
  burst: 'The model refused a burst of requests; it tries again by itself.',
};

/** Returns the counts of an execution; an earlier version has stored failed variants beside a taken one as failures. */
function countsOf({ record, state }: StoredExecution) {
  return countTasks(
    numbered(state.tasks).map(([task, { status, attempt }]) => {
      const taken = isTaken(task, record.tasks, state.tasks);
      return { status, attempt, isWarned: false, taken };
    }),
  );
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
