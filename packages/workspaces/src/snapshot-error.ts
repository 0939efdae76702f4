/** The kinds of errors, and the reaction of a caller to each. */
export type SnapshotFault =
  /** No git program was found: there is no way back on this machine. */
  | 'git_missing'
  /** The git program is too old: there is no way back on this machine. */
  | 'git_too_old'
  /** git ended with an error that nothing else here explains. */
  | 'git_failed'
  /** Another process uses the store, and did not stop within the wait. */
  | 'store_busy'
  /** The store lies in the workspace, or the workspace in the store. */
  | 'store_in_workspace'
  /** There is no workspace at the path, or it is not a folder. */
  | 'not_a_folder'
  /** The store does not have this snapshot: it was pruned, or never taken. */
  | 'unknown_snapshot'
  /** The snapshot has nothing at this path. */
  | 'unknown_path'
  /** An object of the store is missing or unreadable. */
  | 'damaged'
  /** A restore was interrupted and could not be completed; the cause says why. The next opening tries again. */
  | 'restore_unfinished';

/** Every expected error of the snapshot store. */
export class SnapshotError extends Error {
  readonly fault: SnapshotFault;

  constructor(fault: SnapshotFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SnapshotError';
    this.fault = fault;
  }
}
