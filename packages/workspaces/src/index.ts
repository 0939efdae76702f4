export { snapshotCheck } from './check-snapshots.ts';
export type { DiffPage, FileDifference } from './diff.ts';
export type { LeftOutReason } from './folder/read-entry.ts';
export type { LeftOut } from './manifest.ts';
export { Lock } from './lock.ts';
export { pathOfBytes } from './names.ts';
export type { UnrestoredPath, KeptReason } from './restore/apply.ts';
export type { CompletedRestore, RestoreChange, RestoreResult } from './restore/restore.ts';
export { patchReader, type PatchOptions, type PatchSpan } from './read-patch.ts';
export { beginOnce } from './repository/begin-once.ts';
export { includedPaths, patternFor } from './repository/included-paths.ts';
export { inspectRepository, type AllowedRepositories } from './repository/inspect.ts';
export type { CopiedClone } from './repository/copy-clone.ts';
export type { EarlierClone } from './repository/earlier-clone.ts';
export { RepositoryError } from './repository-error.ts';
export { RepositoryWork, type RepositoryWorkOptions } from './repository/repository-work.ts';
export { nextRestoreLabel, restoredFor } from './restore-label.ts';
export {
  findSnapshot,
  isLabelOf,
  snapshotLabel,
  snapshotFolder,
  snapshotOwner,
  joinedLabel,
  workLabel,
  workspaceLabels,
  type SnapshotPlace,
  type SnapshotsOf,
} from './snapshot-places.ts';
export { SnapshotStores } from './snapshot-stores.ts';
export { SnapshotError, type SnapshotFault } from './snapshot-error.ts';
export {
  openSnapshots,
  Snapshots,
  type Snapshot,
  type SnapshotEntry,
  type SnapshotFile,
} from './read-snapshots.ts';
export { openSnapshotStore, SnapshotStore, type StoreOptions } from './snapshot-store.ts';
export type { MergeResult, RestoreRequest, TakeRequest } from './store-work.ts';
export type { Bounds, WorkspaceState } from './take.ts';
