import { choiceText, OUTCOMES, takenText, type Receipt, type TaskVerification } from '@cc-executor/contracts';
import type { Mark } from '../page/block.ts';
import { wasSeen } from '../verify/account-of.ts';
import type { KeptEnds } from '../verify/verify-execution.ts';
import { endOf, LINE_CHARACTERS, shownLines } from './kept-text.ts';
import { titleOf } from './words.ts';

/** A task with what was verified of it. */
export interface ReportedTask extends TaskVerification {
  /** Of all its attempts, in order. */
  receipts: readonly Receipt[];
  /** Of its last attempt; null: it had none, or it is not what was signed. */
  last: Receipt | null;
  /** The ends of the files of the last attempt that are as they were signed, by name. */
  ends: KeptEnds['files'];
  /** Of one of several variants, whether it was taken; undefined: none was, or it is none. */
  taken: boolean | undefined;
  /** Which of several variants it has taken, as a sentence; null: it takes none. */
  choice: string | null;
}

/** Returns for each variant, by the number of its task, whether it was taken. */
export function takenIn(
  tasks: readonly TaskVerification[],
  receipts: readonly Receipt[],
): ReadonlyMap<number, boolean> {
  const done = new Set(tasks.flatMap(({ task, status }) => (status === 'completed' ? [task] : [])));
  const taken = new Map<number, boolean>();
  for (const { task: by, end } of receipts) {
    if (!end.picked || !done.has(by)) continue;
    const { task, variant, of = variant } = end.picked;
    for (let number = task - variant + 1; number <= task - variant + of; number += 1)
      taken.set(number, number === task);
  }
  return taken;
}

/** Puts what is known of a task together. */
export function reportedTask(
  task: TaskVerification,
  receipts: readonly Receipt[],
  { kept, taken }: { kept: KeptEnds | undefined; taken: boolean | undefined },
): ReportedTask {
  const { attempts, carried_from: from } = task;
  // The receipt of the last attempt may be missing: an earlier one does not say how the task ended.
  const last =
    receipts.findLast(({ attempt, execution_id }) =>
      from ? attempt === from.attempt && execution_id === from.execution_id : attempt === attempts,
    ) ?? null;
  const ends = last !== null && kept?.of === last ? kept.files : new Map<string, Buffer>();
  const command = last?.kind === 'command' ? (last.asked ?? last.sent?.text ?? null) : null;
  const choice = last?.end.picked ? choiceText(last.end.picked, command) : null;
  return { ...task, receipts, last, ends, taken, choice };
}

/** Returns what people call a task, with its number. */
export function nameOf(task: ReportedTask): string {
  return `${String(task.task)}. ${titleOfTask(task)}`;
}

/** Returns what people call a task. */
export function titleOfTask({ task, name, last, receipts }: ReportedTask): string {
  const known = last ?? receipts.at(-1);
  const title = name ?? (known ? titleOf(known) : '');
  return title === '' ? `task ${String(task)}` : title;
}

/** Returns the id of the heading of a task. */
export function anchorOf({ task }: Pick<ReportedTask, 'task'>): string {
  return `task-${String(task)}`;
}

/** Returns whether a task failed or timed out; a variant beside one that was taken has not. */
export function isFailed({ status, taken }: Pick<ReportedTask, 'status' | 'taken'>): boolean {
  return taken !== false && (status === 'failed' || status === 'timed_out');
}

/** Returns whether what a task changed is in the workspace, as far as its receipts say it. */
export function isKept({ taken, choice }: Pick<ReportedTask, 'taken' | 'choice'>): boolean {
  return taken !== false && choice === null;
}

/** Returns how a task ended, for people. */
export function stateOf({ status, status_text, taken }: ReportedTask): string {
  const state = status_text ?? status?.replaceAll('_', ' ') ?? 'not known';
  const became = takenText({ taken });
  return became === null ? state : `${state}, ${became}`;
}

/** Returns what a filter knows of a task. */
export function marksOf(task: ReportedTask): Mark[] {
  const { warnings = [], findings, last } = task;
  const isThere = isKept(task);
  return [
    ...(isFailed(task) ? (['failed'] as const) : []),
    ...(warnings.length + findings.length > 0 ? (['warned'] as const) : []),
    ...(last && isThere && (changedFiles(last) ?? 0) > 0 ? (['changed'] as const) : []),
  ];
}

/** Returns how many files an attempt changed in the workspace and beside it; null: it is not known. */
export function changedFiles({ workspace, extra_dirs = [] }: Receipt): number | null {
  const looked = [workspace, ...extra_dirs.map(({ changes }) => changes)];
  const known = looked.filter((changes) => changes !== null).filter(wasSeen);
  if (known.length === 0) return null;
  return known.reduce((sum, { added, changed, removed }) => sum + added + changed + removed, 0);
}

/** Returns why an attempt ended as it did, as a sentence. */
export function whyOf({ end }: Receipt): string {
  const text = end.message ?? OUTCOMES[end.outcome].means;
  const sentence = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?:…]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Returns the checks that did not pass in the last round. */
function failedChecks({ end }: Receipt): Receipt['end']['checks'] {
  const last = Math.max(0, ...end.checks.map(({ round }) => round));
  return end.checks.filter(({ round, outcome }) => round === last && outcome !== 'completed');
}

/** The end of an attempt's output. */
export interface Printed {
  stream: string;
  text: string;
}

/** Returns the last lines of the outputs of the last attempt; those of stderr first. */
export function printedBy({ last, ends }: ReportedTask, lines: number): Printed[] {
  if (!last) return [];
  const { stderr_bytes, stdout_bytes } = last.end;
  const streams = [
    ['stderr', stderr_bytes],
    ['stdout', stdout_bytes],
  ] as const;
  return streams.flatMap(([stream, bytes]) => {
    const text = endOf(ends.get(stream), bytes, { lines, characters: LINE_CHARACTERS });
    return text === null ? [] : [{ stream, text }];
  });
}

/** Returns the answer of the last attempt as it was signed, or its end; null: there is none. */
export function answerOf({ last, ends }: ReportedTask): { text: string; isWhole: boolean } | null {
  const file = last?.files.find(({ name }) => name === 'result');
  if (!file) return null;
  const text = endOf(ends.get('result'), file.bytes, { lines: Infinity, characters: Infinity });
  return text === null ? null : { text, isWhole: (ends.get('result')?.length ?? 0) >= file.bytes };
}

/** Returns what shows why a task failed: its checks, or else what it printed or answered last. */
export function proofOf(task: ReportedTask, lines: number): { title: string; text: string }[] {
  if (!task.last) return [];
  const checks = failedChecks(task.last).flatMap(({ command, output_tail }) => {
    const text = shownLines(output_tail, lines);
    return [{ title: `The check ${command}`, text: text ?? '(It printed nothing.)' }];
  });
  if (checks.length > 0) return checks;
  const printed = printedBy(task, lines).slice(0, 1);
  if (printed.length > 0) return printed.map(({ stream, text }) => ({ title: `The end of ${stream}`, text }));
  const answer = answerOf(task);
  const text = answer && shownLines(answer.text, lines);
  return text ? [{ title: 'The end of its answer', text }] : [];
}
