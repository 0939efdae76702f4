import type { SnapshotStore } from '@cc-executor/workspaces';
import { hash } from 'node:crypto';
import { JoinConflict, type ConflictSides } from './not-joinable.ts';

/** The work of a task, and the snapshot into which it is merged. */
interface WorkToMerge {
  task: number;
  before: string;
  after: string;
  ours: string;
}

/**
 * Returns the snapshot of `ours` with the work of a task, or what an agent has made of their conflict. `owner`: by what name
 * the snapshots of the execution are known that ran the task; `label`: what a merged one is kept by. Throws a JoinConflict.
 */
export async function mergeWork(
  store: Pick<SnapshotStore, 'merge' | 'labelled'>,
  { task, before, after, ours }: WorkToMerge,
  { owner, label }: { owner: string; label: string },
): Promise<string> {
  if (before === after || ours === after) return ours;
  if (before === ours) return after;
  const sides = { base: before, ours, theirs: after };
  const { snapshot, conflicts } = await store.merge(sides, label);
  const merged = snapshot?.id ?? store.labelled(resolvedLabel(owner, sides));
  if (merged === null) throw new JoinConflict(task, conflicts, sides);
  return merged;
}

/** Returns the label of what an agent has made of a conflict for an execution, whichever side is added to the other. */
export function resolvedLabel(owner: string, { base, ours, theirs }: ConflictSides): string {
  return [owner, 'resolved', hash('sha1', [base, ...[ours, theirs].toSorted()].join(' '))].join(' ');
}
