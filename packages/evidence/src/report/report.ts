import {
  statusText,
  type Manifest,
  type Receipt,
  type TaskVerification,
  type Verification,
} from '@cc-executor/contracts';
import type { Block } from '../page/block.ts';
import { toHtml } from '../page/to-html.ts';
import { toMarkdown } from '../page/to-markdown.ts';
import { doneText } from '../verify/account-of.ts';
import { examineExecution, type VerifyOptions } from '../verify/verify-execution.ts';
import { changeBlocks, type ReadChanges, type ShownChanges } from './task-changes.ts';
import { changeLine, dollars, seconds, titleOf } from './words.ts';

export const REPORT_FORMS = ['markdown', 'html'] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

/** The number of changed files of a task that are shown. */
const SHOWN = 20;
const CHANGED = 'What changed in the workspace';

/**
 * Returns a page for people about an execution, from its files only; null: this is not a folder of one. It shows the
 * verified bytes; of what differs from the signed evidence it shows only that it differs. `readChanges`: reads the
 * snapshots that the receipts name; without it, only what the receipts have of changes is shown.
 */
export async function makeReport(
  directory: string,
  form: ReportForm,
  { readChanges, ...options }: VerifyOptions & { readChanges?: ReadChanges },
): Promise<string | null> {
  const found = await examineExecution(directory, options);
  if (!found) return null;
  const { verification, manifest, receipts } = found;
  const title = `Execution ${verification.execution_id ?? ''}: ${verification.verdict}`;
  const shown = await changesByTask(receipts, readChanges);
  const blocks: Block[] = [
    { heading: title, level: 1 },
    ...wholeOf(verification, manifest, receipts),
    ...verification.tasks.flatMap((task) =>
      taskBlocks(task, ofTask(receipts, task.task), shown.get(task.task)),
    ),
  ];
  return form === 'html' ? toHtml(title, blocks) : toMarkdown(blocks);
}

/** Returns what each task changed, from before its first attempt until after its last one. */
async function changesByTask(
  receipts: readonly Receipt[],
  read: ReadChanges | undefined,
): Promise<ReadonlyMap<number, ShownChanges>> {
  const shown = new Map<number, ShownChanges>();
  if (!read) return shown;
  for (const task of new Set(receipts.map((receipt) => receipt.task))) {
    const own = ofTask(receipts, task);
    const [before, after] = [own[0]?.end.snapshots?.before, own.at(-1)?.end.snapshots?.after];
    const found = before && after && before !== after ? await read({ task, before, after }) : null;
    if (found) shown.set(task, found);
  }
  return shown;
}

function ofTask(receipts: readonly Receipt[], task: number): Receipt[] {
  return receipts.filter((receipt) => receipt.task === task);
}

function wholeOf(
  { verdict, reasons, tasks, status, signed_by }: Verification,
  manifest: Manifest | null,
  receipts: readonly Receipt[],
): Block[] {
  const proven = tasks.filter((task) => task.verdict === 'verified').length;
  const spent = sumOf(receipts.map(({ end }) => end.cost_usd));
  const took =
    manifest?.started_at == null
      ? null
      : Math.max(0, Date.parse(manifest.ended_at) - Date.parse(manifest.started_at)) / 1000;
  return [
    {
      text:
        `${String(proven)} of ${String(tasks.length)} tasks are verified: their evidence is intact. ` +
        `It is ${stateOf(status, tasks)}.` +
        (verdict === 'verified' ? ' Everything below is as it was signed.' : '') +
        ' This does not say whether the work is right: see what was done.',
    },
    {
      head: ['what', 'value'],
      rows: [
        ['UUID', manifest?.execution_uuid ?? '-'],
        ['started', manifest?.started_at ?? '-'],
        ['ended', manifest?.ended_at ?? '-'],
        ['took', seconds(took)],
        ['cost', dollars(spent)],
        ['attempts', String(tasks.reduce((sum, { attempts }) => sum + attempts, 0))],
        ['signed by', signed_by ?? 'nobody'],
      ],
    },
    ...(reasons.length > 0
      ? ([{ heading: 'What is wrong with its evidence', level: 2 }, { list: reasons }] as const)
      : []),
    { heading: 'Tasks', level: 2 },
    {
      head: ['task', 'status', 'evidence', 'done', 'attempts', 'took', 'cost'],
      rows: tasks.map(({ task, name, status: ended, status_text, done, verdict: said, attempts }) => {
        const own = ofTask(receipts, task);
        const [last] = own.slice(-1);
        return [
          `${String(task)}. ${name ?? (last ? titleOf(last) : '')}`,
          status_text ?? ended ?? '-',
          said,
          done ? doneText(done) : '-',
          String(attempts),
          seconds(sumOf(own.map(({ end }) => end.execution_time))),
          dollars(sumOf(own.map(({ end }) => end.cost_usd))),
        ];
      }),
    },
  ];
}

function taskBlocks(
  { task, verdict, reasons, findings, remarks, warnings = [] }: TaskVerification,
  receipts: readonly Receipt[],
  shown: ShownChanges | undefined,
): Block[] {
  const [last] = receipts.slice(-1);
  const list = (heading: string, items: readonly string[]): Block[] =>
    items.length > 0 ? [{ heading, level: 3 }, { list: items }] : [];
  return [
    { heading: `Task ${String(task)}: ${verdict}`, level: 2 },
    ...(last
      ? [
          { text: 'What was asked:' },
          { verbatim: last.asked ?? last.sent?.text ?? '' },
          { text: whatHappened(last) },
        ]
      : [{ text: 'No receipt of it is the one that was signed: nothing is known of what happened.' }]),
    ...list('Warnings', warnings),
    ...(last ? list('Tool calls that were denied', denialsOf(last)) : []),
    ...list('What is contradicted', findings),
    ...list('What is not proven', reasons),
    ...(shown && shown.totals.files > 0
      ? ([{ heading: CHANGED, level: 3 }, ...changeBlocks(shown)] as const)
      : last
        ? list(CHANGED, changesOf(last.workspace))
        : []),
    ...(last?.extra_dirs ?? []).flatMap(({ path, changes }) =>
      list(`What changed in ${path}`, changesOf(changes)),
    ),
    ...list('Worth knowing', remarks),
  ];
}

function whatHappened({ attempt, end, tool_calls: calls }: Receipt): string {
  const failed = calls.filter(({ is_error }) => is_error === true).length;
  return [
    `It ended as ${end.outcome} in attempt ${String(attempt)}, after ${seconds(end.execution_time)}.`,
    ...(end.exit_code === null ? [] : [`Its exit code is ${String(end.exit_code)}.`]),
    ...(calls.length > 0
      ? [
          `It made ${calls.length === 1 ? '1 tool call' : `${String(calls.length)} tool calls`}, ${String(failed)} of which failed.`,
        ]
      : []),
    ...(end.message === null ? [] : [end.message]),
  ].join(' ');
}

function denialsOf({ end }: Receipt): string[] {
  return (end.denials ?? []).map(({ tool, what }) => `${tool}: ${what}`);
}

function stateOf(status: Verification['status'], tasks: readonly TaskVerification[]): string {
  if (status === null) return 'not known to have ended';
  const isWarned = tasks.some(({ status_text }) => status_text === statusText('completed', true));
  return statusText(status, isWarned);
}

function changesOf(changes: Receipt['workspace']): string[] {
  const lines = (changes?.changes ?? []).slice(0, SHOWN).map(changeLine);
  const total = changes ? changes.added + changes.changed + changes.removed : 0;
  return total > lines.length ? [...lines, `and ${String(total - lines.length)} more`] : lines;
}

/** Null if all are unknown. */
function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
