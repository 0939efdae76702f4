import { isTerminal, type Report, type ReportDone, type ReportNeed } from '@cc-executor/contracts';
import type { StoredStatus } from '../ports/store.ts';
import { branchOf, promisesBranch } from './branch-of.ts';
import type { ReportedTask, ReportFacts } from './facts.ts';
import { failedListNeed, pausedNeed, plural, undeliveredNeed } from './sentences.ts';

/** Returns the branches with the work of an execution; none if its details are unknown. */
export function branchesOf(
  { execution_id, summary }: StoredStatus,
  details: ReportFacts['details'],
): Report['branches'] {
  const detail = details.get(execution_id);
  return detail ? branchOf(detail, summary.delivered) : [];
}

/** Returns what needs a person. */
export function needsOf(
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
