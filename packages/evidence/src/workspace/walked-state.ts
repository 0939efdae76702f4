import { mayDiffer, type Entry } from './entry.ts';
import { isIn } from './path-key.ts';
import type { Walked } from './walk.ts';

/** The input of a snapshot: the differences between a walk and that of an earlier snapshot. */
export interface WalkedState {
  /** The snapshot that it is compared with; null: there is none, so `changed` has every file. */
  previous: string | null;
  /** Whether nothing differs from it. */
  isSame: boolean;
  /** Every file and link that may differ, by its path. */
  changed: string[];
  /** Every file and link that is not there any more. */
  removed: string[];
  /** Every folder that is there. */
  folders: string[];
  /** The skipped paths, such as folders of installed packages; at most 10,000. */
  leftOut: string[];
}

/** A walk that a snapshot was made from. */
export interface Snapshotted {
  walked: Walked;
  snapshot: string;
}

/** Returns how a walk differs from one that a snapshot was made from. What it could not see counts as it was. */
export function stateOf(walked: Walked, earlier: Snapshotted | null): WalkedState {
  const folders = [...walked.folders.keys()];
  const { leftOut } = walked;
  if (earlier === null)
    return {
      previous: null,
      isSame: false,
      changed: [...walked.files.keys()],
      removed: [],
      folders,
      leftOut,
    };
  const { walked: before, snapshot } = earlier;
  if (before === walked)
    return { previous: snapshot, isSame: true, changed: [], removed: [], folders, leftOut };
  const differs = (path: string, now: Entry) => {
    const was = before.files.get(path);
    return !was || mayDiffer(was, now);
  };
  const changed: string[] = [];
  for (const [path, now] of walked.files) if (differs(path, now)) changed.push(path);
  const removed: string[] = [];
  for (const path of before.files.keys())
    if (!walked.files.has(path) && !isIn(walked.unseen, path)) removed.push(path);
  for (const path of before.folders.keys())
    if (!walked.folders.has(path) && isIn(walked.unseen, path)) folders.push(path);
  const isSame = changed.length + removed.length === 0 && hasSameFolders(before, walked);
  return { previous: snapshot, isSame, changed, removed, folders, leftOut };
}

function hasSameFolders({ folders: before }: Walked, { folders: now }: Walked): boolean {
  if (before.size !== now.size) return false;
  for (const [path, mode] of now) if (before.get(path) !== mode) return false;
  return true;
}
