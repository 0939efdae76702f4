import type { ExecutionStatus, RepositoryRecord } from '@cc-executor/contracts';
import type { ExecutionRecord } from '../record.ts';

/** The folder that the name of a workspace resolves to. */
export interface WorkspacePlace {
  /** The path from the workspaces root, with links resolved. */
  path: string;
  /** Equal for all names of one folder, also on a file system that ignores case. */
  turn: string;
}

/** The result of reserving a folder for a restore. */
export type RestoreClaim =
  /** It is, until `end` is called, or this process is gone for a while. */
  | { result: 'begun'; end: () => Promise<void> }
  | { result: 'missing' }
  /** The execution is neither paused nor ended. */
  | { result: 'illegal'; status: ExecutionStatus }
  /** It is paused, and stopped processes of its task are in the folder. */
  | { result: 'held' }
  /** Another execution has begun in the folder, or in a part of it; null: another restore. */
  | { result: 'taken'; by: string | null };

/** Keeps the folders of executions that are paused or have ended free for restores. */
export interface WorkspaceRestores {
  /** Requests the folder of an execution, by its turn. Nothing begins there meanwhile. */
  begin(executionId: string, turn: string): Promise<RestoreClaim>;
}

/** The folders of tasks. */
export interface Workspaces {
  /**
   * Returns the folder that a name resolves to. Throws WORKSPACE_INVALID if that is outside the workspaces root, by dots or by a
   * link. Changes nothing.
   */
  resolve(name: string): Promise<WorkspacePlace>;
  /**
   * Returns a name for the folder of an execution that names none: its id or, if that is taken or something of that
   * name exists, another one. Changes nothing.
   */
  fresh(executionId: string, isTaken?: boolean): Promise<string>;
}

/** The repositories of the user that lists may name. */
export interface Repositories {
  /**
   * Returns the repository with the commit that it has now. `isOwner`: the user of this service names it. Throws
   * INVALID_REQUEST when it may not be named, or can't be worked for. Changes nothing.
   */
  find(asked: RepositoryRecord, isOwner: boolean): Promise<RepositoryRecord>;
}

/** The folder of an execution, and whether it is its own. */
export type WorkspaceOf = Pick<
  ExecutionRecord,
  'execution_id' | 'uuid' | 'workspace' | 'workspace_path' | 'workspace_named'
>;

/** The folders that executions created for themselves. */
export interface MadeWorkspaces {
  /**
   * Removes the folder of an ended execution. `isWanted`: returns whether another execution will work in the folder with
   * this turn. Returns why it is kept; null: it is removed completely.
   */
  remove(of: WorkspaceOf, ended: Date, isWanted: (turn: string) => Promise<boolean>): Promise<string | null>;
}
