import { counted } from '@cc-executor/contracts/english';
import type { WorkspaceChange, WorkspaceChanges } from '@cc-executor/contracts';
import { mayDiffer, type Entry } from './entry.ts';
import { isIn, pathOf, shownPath } from './path-key.ts';
import type { Pace } from './pace.ts';
import { readHash } from './read-hash.ts';
import type { Walked } from './walk.ts';

/** The number of changes that are listed; all are counted. */
const MAX_LISTED = 10_000;
/** The number of content bytes that are read for one comparison. */
const MAX_BYTES = 256 * 1024 * 1024;
/** The number of faults that are reported. */
const MAX_FAULTS = 20;

/** Returns what changed from one walk to a later one. Reads only the content of files that may have changed. */
export async function compare(
  root: string,
  before: Walked,
  after: Walked,
  pace: Pace,
): Promise<WorkspaceChanges> {
  const count = { added: 0, changed: 0, removed: 0 };
  const changes: WorkspaceChange[] = [];
  const candidates = candidatesOf(before, after).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  let left = MAX_BYTES;
  let unread = 0;
  let unreadable = 0;
  for (const { path, was, now } of candidates) {
    const isListed = changes.length < MAX_LISTED;
    if (now && isListed && !pace.isOver)
      left -= await readHash(pathOf(root, path), now, { limit: left, pace });
    else if (now) now.note = 'not_hashed';
    if (now?.note === 'not_hashed') unread += 1;
    if (now?.note === 'unreadable') unreadable += 1;
    if (was && now && isSame(was, now)) continue;
    const change = !was ? 'added' : now ? 'changed' : 'removed';
    count[change] += 1;
    if (isListed) changes.push(toChange(path, change, was, now));
    await pace.next();
  }
  const total = count.added + count.changed + count.removed;
  const faults = [...new Set([...before.faults, ...after.faults])];
  const more = faults.length - MAX_FAULTS;
  return {
    files_before: before.files.size,
    files_after: after.files.size,
    ...count,
    changes,
    left_out: after.leftOutTotal,
    incomplete: [
      ...faults.slice(0, MAX_FAULTS),
      ...(more > 0 ? [`and ${String(more)} more like these`] : []),
      ...(total > changes.length
        ? [`${counted(total - changes.length, 'change is', 'changes are')} not listed`]
        : []),
      ...(unreadable > 0 ? [`the content of ${counted(unreadable, 'file')} could not be read`] : []),
      ...(unread > 0 ? [`the content of ${counted(unread, 'file')} was not read: a bound was reached`] : []),
    ],
  };
}

interface Candidate {
  path: string;
  was: Entry | undefined;
  now: Entry | undefined;
}

/**
 * Returns what may have changed; for the rest, known hashes are passed on. What one of the walks did not see is
 * neither new nor removed.
 */
function candidatesOf(before: Walked, after: Walked): Candidate[] {
  const candidates: Candidate[] = [];
  for (const [path, now] of after.files) {
    const was = before.files.get(path);
    if (!was && isIn(before.unseen, path)) continue;
    if (!was || mayDiffer(was, now)) candidates.push({ path, was, now });
    else now.sha256 = was.sha256;
  }
  for (const [path, was] of before.files)
    if (!after.files.has(path) && !isIn(after.unseen, path)) candidates.push({ path, was, now: undefined });
  return candidates;
}

function isSame(was: Entry, now: Entry): boolean {
  if (was.kind !== now.kind || was.size !== now.size) return false;
  if (was.sha256 !== null && now.sha256 !== null) return was.sha256 === now.sha256;
  // Just written before, but not read then: only its times count.
  return now.note === null && !mayDiffer({ ...was, isFresh: false }, now);
}

function toChange(
  path: string,
  change: WorkspaceChange['change'],
  was: Entry | undefined,
  now: Entry | undefined,
): WorkspaceChange {
  const { kind, size } = now ?? was ?? { kind: 'other', size: 0 };
  return {
    ...shownPath(path),
    kind,
    change,
    bytes: size,
    sha256: now?.sha256 ?? null,
    sha256_before: was?.sha256 ?? null,
    ...(now?.note ? { note: now.note } : {}),
  };
}
