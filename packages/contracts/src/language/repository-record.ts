/** The repository of the user that an execution works for, as it was submitted and looked at. */
export interface RepositoryRecord {
  /** The root of its working tree, on this machine; null: it is elsewhere. */
  path: string | null;
  /** Null: it is on this machine. */
  url: string | null;
  /** The commit that work begins with; null: what `ref` of the address is then. */
  commit: string | null;
  /** The branch, tag or commit that was requested; null: what is checked out there. */
  ref: string | null;
  /** The branch that gets the work. */
  branch: string;
  /** Whether each task's work is committed. */
  commits: 'per_task' | 'none';
  /** The target of the branch: the repository, the remote, or none. */
  deliver: 'branch' | 'push' | 'none';
  /** Patterns of files that git does not carry and the work needs. */
  include: readonly string[];
}
