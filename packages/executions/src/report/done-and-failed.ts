import { ATTEMPT_FINDINGS, choiceText, type ReportDone, type ReportFailure } from '@cc-executor/contracts';
import { isTaken } from '../needs.ts';
import { describeTask } from '../record.ts';
import { resultWarnings } from '../result-warnings.ts';
import { taskKey, type ReportedTask, type ReportFacts } from './facts.ts';
import { newsOf } from './news.ts';
import { placeOf, recordOf, stateOf } from './reported-tasks.ts';
import { doneProof, failureSentence } from './sentences.ts';

/** The amount of an answer that is shown as what it claims, in characters. */
const CLAIM_CHARACTERS = 240;

/** The proof in the success of each kind of task, without further checks. */
const PROVEN = { prompt: 'unproven', command: 'exit_code', tool: 'answered' } as const;

/** Returns the entry of a failed task. */
export function failureOf(reported: ReportedTask, { earlier, proofs }: ReportFacts): ReportFailure {
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

/** Returns the entry of a completed task, with the proof of its success. */
export function doneOf(reported: ReportedTask, { earlier }: ReportFacts): ReportDone {
  const { record, state } = { record: recordOf(reported), state: stateOf(reported) };
  const { end, status, cost_usd } = state;
  const title = describeTask(record);
  const findings = end?.findings ?? [];
  const last = Math.max(0, ...(end?.checks ?? []).map(({ round }) => round));
  const checks = (end?.checks ?? []).filter(({ round }) => round === last);
  const { execution, task } = reported;
  const isDropped = isTaken(task, execution.record.tasks, execution.state.tasks) === false;
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
  const taken = isTaken(task, execution.record.tasks, execution.state.tasks);
  if (taken === undefined) return null;
  return taken ? 'It was taken.' : 'Another variant was taken: this work is not in the workspace.';
}

/** Returns the position in the report: the lowest number comes first. */
export function concern({ verdict, says_tests_pass, news, warnings }: ReportDone): number {
  if (verdict === 'contradicted') return 0;
  if (verdict === 'unproven' && says_tests_pass) return 1;
  if (warnings.length > 0) return 2;
  if (news.length > 0) return 3;
  return verdict === 'unproven' ? 4 : 5;
}

function claimOf(result: string | null): string | null {
  const line = (result ?? '').trim().replace(/\s+/g, ' ');
  if (line === '') return null;
  return line.length > CLAIM_CHARACTERS ? `${line.slice(0, CLAIM_CHARACTERS - 1).toWellFormed()}…` : line;
}

function saysTestsPass(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'tests_passed' in json && json.tests_passed === true;
}
