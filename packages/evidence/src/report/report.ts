import type { Manifest, Receipt } from '@cc-executor/contracts';
import type { Block } from '../page/block.ts';
import { toHtml } from '../page/to-html.ts';
import { toMarkdown } from '../page/to-markdown.ts';
import { examineExecution, type VerifyOptions } from '../verify/verify-execution.ts';
import { evidenceBlocks } from './evidence-part.ts';
import { readDiffs, type ReadDiffs } from './diffs.ts';
import { firstScreen } from './first-screen.ts';
import { keptBytes } from './kept-text.ts';
import { reportedTask, takenIn, type ReportedTask } from './reported-task.ts';
import { taskPart } from './task-part.ts';
import { titleOf } from './words.ts';

export const REPORT_FORMS = ['markdown', 'html'] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

export interface ReportOptions extends VerifyOptions {
  /** The last delivery of its branch, possibly after its end; absent: unknown. */
  delivered?: { commit: string } | null;
  /** Yields the beginnings of the patches of tasks; absent: no patches are shown. */
  diff?: ReadDiffs;
}

/**
 * Returns a page for people about an execution, from its files only; null: this is not a folder of one. It shows the
 * verified bytes; of what differs from the signed evidence it shows only that it differs.
 * Rejects with the reason of the signal when it aborts.
 */
export async function makeReport(
  directory: string,
  form: ReportForm,
  { diff, delivered = null, ...options }: ReportOptions,
): Promise<string | null> {
  const { signal } = options;
  const found = await examineExecution(directory, options, keptBytes);
  if (!found) return null;
  const { verification, manifest, receipts, ends, hasManifest } = found;
  const taken = takenIn(verification.tasks, receipts);
  const tasks = verification.tasks.map((task): ReportedTask => {
    const own = receipts.filter((receipt) => receipt.task === task.task);
    return reportedTask(task, own, { kept: ends.get(task.task), taken: taken.get(task.task) });
  });
  const diffs = diff ? await readDiffs(tasks, diff, { signal }) : new Map<number, string | null>();
  const title =
    manifest?.title ??
    derivedTitle(receipts, tasks.length, manifest?.tasks[0]?.variant) ??
    verification.execution_id ??
    '';
  const log = options.log?.status ?? null;
  const isOpen = !hasManifest && !options.log && !options.signed;
  const blocks: Block[] = [
    ...firstScreen(title, { verification, manifest, receipts, tasks, log, isOpen, delivered }),
    ...tasks.map((task): Block => taskPart(task, diffs.get(task.task))),
    evidenceBlocks(verification, manifest, receipts),
  ];
  return form === 'html' ? toHtml(title, blocks) : toMarkdown(blocks);
}

/** Returns what people call a list without a title: its first task, and how many more there are. */
function derivedTitle(
  receipts: readonly Receipt[],
  tasks: number,
  variant: Manifest['tasks'][number]['variant'],
): string | null {
  const first = receipts.find(({ task }) => task === 1);
  if (!first) return null;
  const title = variant ? titleOf(first).replace(/ \(\d+ of \d+\)$/, '') : titleOf(first);
  const others = tasks - (variant?.of ?? 1);
  return others === 0 ? title : `${title} (and ${String(others)} more)`;
}
