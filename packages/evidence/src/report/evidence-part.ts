import { counted, type Manifest, type Receipt, type Verification } from '@cc-executor/contracts';
import type { Block } from '../page/block.ts';
import { changeLine } from './words.ts';

/** The number of changed files of a task that are shown with their hashes. */
const SHOWN = 20;

/** Returns what the files prove, folded away. */
export function evidenceBlocks(
  { verdict, reasons, tasks, signed_by }: Verification,
  manifest: Manifest | null,
  receipts: readonly Receipt[],
): Block {
  const proven = tasks.filter((task) => task.verdict === 'verified').length;
  return {
    part: [
      { heading: 'Evidence', level: 2, id: 'evidence' },
      {
        text: `The execution is ${verdict}: the evidence of ${String(proven)} of ${counted(tasks.length, 'task')} is verified.`,
      },
      {
        fold: 'What the files prove',
        blocks: [
          {
            text: 'Verified means that a task succeeded, and that its evidence is intact as signed. It does not say whether the work is right.',
          },
          {
            list: [
              `signed by: ${signed_by ?? 'nobody'}`,
              ...(manifest ? [`UUID: ${manifest.execution_uuid ?? '-'}`] : []),
              ...reasons,
            ],
          },
          ...tasks.flatMap((task): Block[] => {
            const last = receipts.findLast((receipt) => receipt.task === task.task);
            const lines = [
              ...task.reasons,
              ...task.findings,
              ...task.remarks,
              ...(last ? snapshotLine(last) : []),
              ...(last ? changesOf(last.workspace) : []),
              ...(last?.extra_dirs ?? []).flatMap(({ path, changes }) =>
                changesOf(changes).map((line) => `${path}: ${line}`),
              ),
            ];
            return [
              { text: `Task ${String(task.task)}: ${task.verdict}` },
              ...(lines.length > 0 ? [{ list: lines }] : []),
            ];
          }),
        ],
      },
    ],
  };
}

function snapshotLine({ end: { snapshots } }: Receipt): string[] {
  if (!snapshots) return [];
  return [`snapshots: ${snapshots.before ?? 'none'} before, ${snapshots.after ?? 'none'} after`];
}

function changesOf(changes: Receipt['workspace']): string[] {
  const lines = (changes?.changes ?? []).slice(0, SHOWN).map(changeLine);
  const total = changes ? changes.added + changes.changed + changes.removed : 0;
  return total > lines.length ? [...lines, `and ${String(total - lines.length)} more`] : lines;
}
