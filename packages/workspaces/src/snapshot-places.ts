import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Which snapshot of which execution. */
export interface SnapshotPlace {
  /** The execution's UUID; of one that an earlier version took, its id. */
  execution: string;
  /** From 1, both. */
  task: number;
  attempt: number;
  when: 'before' | 'after';
}

/** The fields of an execution's record that locate its snapshots. */
export interface SnapshotsOf {
  execution_id: string;
  uuid: string | null;
  workspace: string;
  workspace_path: string | null;
}

/** The number of characters of a hash that name a folder. */
const NAME = 32;

/** Returns the folder of the snapshots of an execution's workspace, in the folder of all snapshots. */
export function snapshotFolder(
  all: string,
  { workspace, workspace_path }: Pick<SnapshotsOf, 'workspace' | 'workspace_path'>,
): string {
  const path = workspace_path ?? workspace;
  return join(all, createHash('sha256').update(path).digest('hex').slice(0, NAME));
}

/** Returns by what name an execution's snapshots are known. */
export function snapshotOwner({ uuid, execution_id }: Pick<SnapshotsOf, 'uuid' | 'execution_id'>): string {
  return uuid ?? execution_id;
}

/** Returns the label that a snapshot is kept by. */
export function snapshotLabel({ execution, task, attempt, when }: SnapshotPlace): string {
  return [execution, task, attempt, when].join(' ');
}

/** Returns the label of what an attempt has left in its copy, with what is ignored there. */
export function workLabel(execution: string, task: number, attempt: number): string {
  return [execution, task, attempt, 'work'].join(' ');
}

/** Returns the label of what the workspace is when it has the work of an attempt in a copy. */
export function joinedLabel(execution: string, task: number, attempt: number): string {
  return [execution, task, attempt, 'joined'].join(' ');
}

/**
 * Returns the labels of the workspace of an execution whose tasks work in copies: before its first task (absent: they worked in
 * the workspace itself), after the last join, and before that.
 */
export function workspaceLabels(execution: string): { first: string; last: string; previous: string } {
  return {
    first: `${execution} root`,
    last: `${execution} workspace`,
    previous: `${execution} workspace before`,
  };
}

/** Returns whether a label is of a snapshot of this execution. */
export function isLabelOf(label: string, execution: string): boolean {
  return label.startsWith(`${execution} `);
}

/**
 * Returns the id of a snapshot by the labels of a store; null: there is none, or it was removed. Another snapshot is never
 * used instead: before the next attempt or task, the workspace may have been restored or joined with other work.
 */
export function findSnapshot(labels: ReadonlyMap<string, string>, place: SnapshotPlace): string | null {
  return labels.get(snapshotLabel(place)) ?? null;
}
