import { isLabelOf, snapshotOwner, type SnapshotsOf } from './snapshot-places.ts';

const KIND = 'restore';

/** Returns the label of the snapshot of what the next restore for an execution leaves. */
export function nextRestoreLabel(labels: ReadonlyMap<string, string>, of: SnapshotsOf): string {
  const owner = snapshotOwner(of);
  const own = [...labels.keys()].filter((label) => isLabelOf(label, owner));
  const numbers = own.map((label) => label.split(' ')).filter(([, kind]) => kind === KIND);
  const last = Math.max(0, ...numbers.map(([, , number]) => Number(number)));
  return [owner, KIND, last + 1, of.execution_id].join(' ');
}

/** Returns for which execution a restore was that left this snapshot; null: none did. The newest, where several did. */
export function restoredFor(labels: ReadonlyMap<string, string>, left: string): string | null {
  const found = [...labels].filter(([label, id]) => id === left && label.split(' ')[1] === KIND);
  return found.at(-1)?.[0].split(' ')[3] ?? null;
}
