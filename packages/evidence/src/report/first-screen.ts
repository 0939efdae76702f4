import {
  counted,
  countTasks,
  isTerminal,
  progressText,
  statusText,
  type ExecutionStatus,
  type Manifest,
  type Receipt,
  type Verification,
} from '@cc-executor/contracts';
import type { Block, Item } from '../page/block.ts';
import {
  anchorOf,
  changedFiles,
  isFailed,
  isKept,
  marksOf,
  nameOf,
  proofOf,
  stateOf,
  titleOfTask,
  whyOf,
  type ReportedTask,
} from './reported-task.ts';
import { capitalized, price, seconds, span, sumOf } from './words.ts';

/** The number of failed tasks whose last lines are shown at once. */
const FAILED_SHOWN = 20;
/** The number of warnings that are shown at once. */
const WARNINGS_SHOWN = 20;
/** The last lines of each. */
const LINES = 12;

export interface ReportedExecution {
  verification: Verification;
  manifest: Manifest | null;
  receipts: readonly Receipt[];
  tasks: readonly ReportedTask[];
  /** The state of an execution without a signed end, from the store; null: unknown. */
  log: ExecutionStatus | null;
  /** The last delivery of its branch; null: unknown. */
  delivered: { commit: string } | null;
  /** True: nothing says that it has ended. */
  isOpen: boolean;
}

/** Returns what a person wants to know first: how it went, what it cost, what failed and why, and all tasks in a line each. */
export function firstScreen(title: string, known: ReportedExecution): Block[] {
  const { tasks } = known;
  const failed = tasks.filter(isFailed);
  return [
    { heading: title, level: 1 },
    { text: outcomeOf(known) },
    ...factsOf(known),
    ...branchBlocks(known),
    ...evidenceNote(known),
    ...(failed.length > 0 ? [{ heading: 'What failed', level: 2 } as const] : []),
    ...failed.slice(0, FAILED_SHOWN).flatMap(failure),
    ...(failed.length > FAILED_SHOWN
      ? [{ text: `And ${counted(failed.length - FAILED_SHOWN, 'more failed task')}: see below.` }]
      : []),
    ...contradictions(tasks),
    ...warningsOf(tasks),
    ...(tasks.length > 0 ? taskList(tasks) : []),
  ];
}

function outcomeOf({ verification, manifest, tasks, log, isOpen }: ReportedExecution): string {
  const { status } = verification;
  if (status === null || !manifest) {
    if (log !== null && !isTerminal(log))
      return `It is ${log}: what its tasks did is in this report when it has ended.`;
    if (isOpen) return 'It has not ended, or nothing was signed of it.';
    return 'How it ended is not known: its evidence is not what was signed.';
  }
  const counts = countTasks(
    tasks.map((task) => ({
      status: task.status ?? '',
      attempt: task.attempts,
      isWarned: (task.warnings ?? []).length + task.findings.length > 0,
      taken: task.taken,
    })),
  );
  const took =
    manifest.started_at === null ? '' : ` after ${seconds(span(manifest.started_at, manifest.ended_at))}`;
  return `${capitalized(statusText(status, counts.warned_tasks > 0))}${took}: ${progressText(counts)}.`;
}

function factsOf({ manifest, receipts: all, tasks }: ReportedExecution): Block[] {
  if (!manifest) return [];
  // What was carried over was counted where it was done.
  const receipts = all.filter(
    ({ execution_id, execution_uuid }) =>
      execution_id === manifest.execution_id && execution_uuid === manifest.execution_uuid,
  );
  const carried = tasks.filter(({ carried_from }) => carried_from).length;
  const prompts = receipts.filter(({ kind }) => kind === 'prompt');
  const unknown = prompts.filter(({ end }) => end.cost_usd === null).length;
  const cost = sumOf(receipts.map(({ end }) => end.cost_usd));
  const dropped = new Set(tasks.flatMap((task) => (isKept(task) ? [] : [task.task])));
  const kept = receipts.filter(({ task }) => !dropped.has(task));
  const files = new Set(kept.flatMap(changedPaths));
  const lost = new Set(receipts.filter(({ task }) => dropped.has(task)).flatMap(changedPaths));
  const areAllKnown = kept.every((receipt) => changedFiles(receipt) !== null);
  const attempts = receipts.length;
  return [
    {
      text: [
        ...(prompts.length === 0
          ? []
          : [
              `Cost ${price(cost)}${cost !== null && unknown > 0 ? ` (not known of ${counted(unknown, 'attempt')})` : ''}.`,
            ]),
        `${counted(files.size, 'file')} changed${areAllKnown ? '' : ', as far as is known'}.`,
        ...(lost.size > 0
          ? [`What variants changed that were not taken (${counted(lost.size, 'file')}) is not among them.`]
          : []),
        `${counted(tasks.length, 'task')}, ${counted(attempts, 'attempt')}${carried > 0 ? `, ${counted(carried, 'task')} carried over` : ''}.`,
      ].join(' '),
    },
    {
      text: `${manifest.started_at === null ? 'It did not start; it' : `From ${minute(manifest.started_at)} to ${minute(manifest.ended_at)} (UTC). It`} is the execution ${manifest.execution_id}.`,
    },
  ];
}

function changedPaths({ workspace, extra_dirs = [] }: Receipt): string[] {
  const beside = extra_dirs.flatMap(({ path, changes }) =>
    (changes?.changes ?? []).map((change) => `${path}/${change.path}`),
  );
  return [...(workspace?.changes ?? []).map(({ path }) => path), ...beside];
}

/** Faults of the evidence itself come first. A failed task is never verified, so that is not reported here. */
function evidenceNote({ verification, manifest, log, isOpen }: ReportedExecution): Block[] {
  const { status, verdict, reasons, tasks } = verification;
  if (verdict === 'verified')
    return [{ text: 'Its evidence is intact as signed. That does not say whether the work is right.' }];
  if (!manifest) {
    if (isOpen || (log !== null && !isTerminal(log))) return [];
    return [{ text: `Its evidence is unverified: ${reasons.join('; ')}.` }];
  }
  const faults = reasons.filter((reason) => reason !== `it is ${status ?? ''}`);
  const doubtful = tasks.filter((task) => task.status === 'completed' && task.verdict === 'unverified');
  if (faults.length === 0 && doubtful.length === 0) return [];
  const what = [
    ...faults,
    ...doubtful.map((task) => `task ${String(task.task)}: ${task.reasons.join('; ')}`),
  ];
  const shown = what.slice(0, 5);
  const more = what.length > shown.length ? `; and ${String(what.length - shown.length)} more` : '';
  return [{ text: `Its evidence is unverified: ${shown.join('; ')}${more}.` }];
}

function failure(task: ReportedTask): Block[] {
  return [
    { heading: nameOf(task), level: 3 },
    {
      text: task.last ? whyOf(task.last) : 'What happened is not known: its receipt is not what was signed.',
    },
    ...proofOf(task, LINES).flatMap(({ title, text }): Block[] => [
      { text: `${title}:` },
      { verbatim: text },
    ]),
  ];
}

function contradictions(tasks: readonly ReportedTask[]): Block[] {
  const list = tasks.flatMap((task) =>
    task.findings.map((finding): Item => ({
      text: `Task ${String(task.task)}, ${titleOfTask(task)}: ${finding}`,
      to: anchorOf(task),
    })),
  );
  return list.length === 0 ? [] : [{ heading: 'Answers that contradict what happened', level: 2 }, { list }];
}

function warningsOf(tasks: readonly ReportedTask[]): Block[] {
  const all = tasks.flatMap((task) =>
    (task.warnings ?? []).map((warning): Item => ({
      text: `Task ${String(task.task)}, ${titleOfTask(task)}: ${warning}`,
      to: anchorOf(task),
    })),
  );
  if (all.length === 0) return [];
  const more = all.length - WARNINGS_SHOWN;
  return [
    { heading: 'Warnings', level: 2 },
    { list: all.slice(0, WARNINGS_SHOWN) },
    ...(more > 0 ? [{ text: `And ${counted(more, 'more warning')}: see below.` }] : []),
  ];
}

/** Where the work is that is for a repository, and how to get it if it is not there. */
function branchBlocks({ manifest, delivered }: ReportedExecution): Block[] {
  if (!manifest?.branch) return [];
  const { name, commit, is_delivered: isDelivered, sentence } = manifest.branch;
  const id = manifest.execution_id;
  // The files say nothing of what a restore did after the end.
  const at = commit === null ? '' : ` Its commit at the end of the list was ${commit.slice(0, 12)}.`;
  const moved =
    delivered && delivered.commit !== commit
      ? ` A restore has moved it since: it is at ${delivered.commit.slice(0, 12)} now.`
      : '';
  return [
    { text: `Its branch is ${name}. ${sentence}${at}${moved}` },
    ...(isDelivered
      ? []
      : [
          {
            text: `"cc-executor diff ${id}" shows the work, "cc-executor apply ${id}" brings it into a folder, and "cc-executor workspace ${id}" names the folder that has it.`,
          },
        ]),
  ];
}

function taskList(tasks: readonly ReportedTask[]): Block[] {
  const filters = [
    { label: 'Failed only', mark: 'failed' },
    { label: 'With warnings', mark: 'warned' },
    { label: 'With changed files', mark: 'changed' },
  ] as const;
  const marks = tasks.map(marksOf);
  const filter = filters.filter(({ mark }) => {
    const count = marks.filter((each) => each.includes(mark)).length;
    return count > 0 && count < tasks.length;
  });
  return [
    { heading: 'Tasks', level: 2 },
    ...(filter.length > 0 ? [{ filter }] : []),
    {
      isNumbered: true,
      list: tasks.map((task, index): Item => ({
        text: `${titleOfTask(task)}: ${[stateOf(task), ...figuresOf(task)].join(', ')}`,
        to: anchorOf(task),
        marks: marks[index] ?? [],
      })),
    },
  ];
}

/** Returns the time and the cost of all attempts of a task, as far as they are known, or where it was carried over from. */
export function figuresOf({ receipts, attempts, carried_from: from }: ReportedTask): string[] {
  if (from) return [`carried over from ${from.execution_id}`];
  const took = sumOf(receipts.map(({ end }) => end.execution_time));
  const cost = sumOf(receipts.map(({ end }) => end.cost_usd));
  return [
    ...(took === null ? [] : [seconds(took)]),
    ...(cost === null ? [] : [price(cost)]),
    ...(attempts > 1 ? [counted(attempts, 'attempt')] : []),
  ];
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
