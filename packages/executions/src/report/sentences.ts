import {
  ATTEMPT_FINDINGS,
  OUTCOMES,
  progressText,
  type AttemptEnd,
  type Report,
  type ReportBranch,
  type ReportDone,
  type ReportNeed,
} from '@cc-executor/contracts';
import type { StoredStatus } from '../ports/store.ts';

/** Returns "1 list", "2 lists"; `many` for other words than those with an s. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

/** Returns the report in one sentence. */
export function headlineOf(counts: Report['counts']): string {
  if (counts.executions === 0) return 'Nothing ran.';
  const parts = [
    [counts.done, 'done'],
    [counts.failed, 'failed'],
    [counts.not_taken ?? 0, counts.not_taken === 1 ? 'variant not taken' : 'variants not taken'],
    [counts.not_run, 'not run'],
    [counts.open, 'open'],
  ] as const;
  const told = parts.flatMap(([count, what]) => (count > 0 ? [`${String(count)} ${what}`] : []));
  const needs = counts.needs_you;
  const asks =
    needs === 0 ? '' : ` ${needs === 1 ? '1 thing needs you.' : `${String(needs)} things need you.`}`;
  return `${plural(counts.tasks, 'task')} in ${plural(counts.executions, 'list')}: ${told.join(', ')}.${asks}`;
}

/** Returns what happened to a task that failed. */
export function failureSentence(end: Pick<AttemptEnd, 'outcome' | 'message'> | null): string {
  if (end === null) return 'It failed, and nothing more is known of it.';
  return end.message ?? OUTCOMES[end.outcome].means;
}

/** Returns what is known of a task that succeeded, beside what its answer says. */
export function doneProof(
  verdict: ReportDone['verdict'],
  findings: AttemptEnd['findings'],
  checks: AttemptEnd['checks'],
): string {
  switch (verdict) {
    case 'contradicted':
      return findings
        .filter(({ code }) => ATTEMPT_FINDINGS[code].contradicts)
        .map(({ message }) => message)
        .join(' ');
    case 'checked':
      return `${checks.length === 1 ? 'Its check' : `All its ${String(checks.length)} checks`} passed after the task.`;
    case 'exit_code':
      return 'The command ended with exit code 0.';
    case 'answered':
      return 'The server has answered the call without an error.';
    case 'unproven':
      return 'Nothing contradicts the answer, but no check was run after the task.';
  }
}

const PAUSED: Readonly<Record<string, Pick<ReportNeed, 'kind' | 'sentence' | 'todo'>>> = {
  user: { kind: 'paused', sentence: 'It was paused by a person.', todo: 'Resume it when it may continue.' },
  auth_required: {
    kind: 'login',
    sentence: 'The agent is not logged in, or the model refused its credential.',
    todo: 'Renew the login ("cc-executor doctor" shows the steps), then resume it.',
  },
  spend_limit: {
    kind: 'spend_limit',
    sentence: 'A limit of spending is reached, or the account has no credit left.',
    todo: 'Raise the limit of the account, then resume it.',
  },
};

/** Returns what people call an execution, and how far it is. */
export function listName({ title, execution_id, summary }: StoredStatus): string {
  return `${title ?? execution_id}: ${progressText(summary)}`;
}

/** Returns what a paused execution needs. */
export function pausedNeed(status: StoredStatus): ReportNeed {
  const { execution_id, reason, summary } = status;
  const known = PAUSED[reason ?? ''] ?? {
    kind: 'paused' as const,
    sentence: `It is paused: ${(reason ?? 'no reason is known').replaceAll('_', ' ')}.`,
    todo: 'Resume it when it may continue.',
  };
  const again = summary.waiting_until;
  return {
    ...known,
    execution_id,
    list: status.title ?? execution_id,
    task: null,
    title: listName(status),
    sentence: again
      ? `${known.sentence} It tries again by itself at ${again.slice(0, 16).replace('T', ' ')} (UTC).`
      : known.sentence,
    action: 'resume',
  };
}

/** Returns what an execution needs that failed although none of its tasks did. */
export function failedListNeed(status: StoredStatus): ReportNeed {
  const { execution_id: id, reason } = status;
  return {
    kind: 'failed_list',
    execution_id: id,
    list: status.title ?? id,
    task: null,
    title: listName(status),
    sentence: `The list failed, and none of its tasks did: ${reason ?? 'no reason is known'}`,
    action: 'look',
    todo: `See what each task did ("cc-executor results ${id}", "cc-executor diff ${id} --task 1"), fix the reason, and rerun the list.`,
  };
}

/** Returns what an execution needs whose work is not all on its branch. */
export function undeliveredNeed({ execution_id: id, list, branch, sentence }: ReportBranch): ReportNeed {
  return {
    kind: 'not_delivered',
    execution_id: id,
    list,
    task: null,
    title: `${list}: ${branch}`,
    sentence: `Not all of its work is on its branch: ${sentence}`,
    action: 'look',
    todo: `"cc-executor diff ${id}" shows the work, "cc-executor apply ${id}" brings it into a folder, and "cc-executor workspace ${id}" names the folder that has it.`,
  };
}
