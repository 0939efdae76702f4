import type { ChangesView, FilesView, RestoreView } from '@cc-executor/contracts';
import type { Transport } from './transport.ts';

/** The options of all calls about changes. */
interface AboutChanges {
  /** The number of a task, from 1; default: the whole execution. */
  task?: number | undefined;
  /** Only for this attempt of the task; default: for all of them. */
  attempt?: number | undefined;
  /**
   * `start`: since the execution began, the default for a whole one; `previous`: since the task began, the default for a
   * task.
   */
  against?: 'start' | 'previous' | undefined;
  /** A file, or a folder with its content; default: everything. */
  path?: string | undefined;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
}

/** Which page of the changed files. */
export interface ChangesOptions extends AboutChanges {
  /** The `next_cursor` of the previous page. */
  cursor?: string | undefined;
  /** The maximum number of files, 1 to 1000; default: 500. */
  limit?: number | undefined;
}

/** Which text of the changes. */
export interface DiffOptions extends AboutChanges {
  /** `patch`: what `git apply` takes, the default; `stat`: a summary for people. */
  format?: 'patch' | 'stat' | undefined;
}

/** Which snapshot, and what of it. */
export interface SnapshotOptions {
  /** `before:3` and `after:3`: around task 3; `now`: the newest, the default. */
  at?: string | undefined;
  /** A folder; default: the workspace itself. */
  path?: string | undefined;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
}

/** Which page of a folder of a snapshot. */
export interface FilesOptions extends SnapshotOptions {
  /** The `next_cursor` of the previous page. */
  cursor?: string | undefined;
  /** The maximum number of entries, 1 to 1000; default: 500. */
  limit?: number | undefined;
}

/** Which part of a file at a snapshot. */
export interface FileOptions extends Omit<SnapshotOptions, 'path'> {
  /** The number of bytes to skip at the start. */
  from?: number | undefined;
}

/** To what a workspace is brought back: one of the three. */
export interface RestoreOptions {
  /** The state before this task, by number. */
  beforeTask?: number | undefined;
  /** The state after this task, by number. */
  afterTask?: number | undefined;
  /** A snapshot of the execution: `left` of an earlier answer undoes that restore. */
  snapshot?: string | undefined;
  /** Only says what would change; default: false. */
  dryRun?: boolean | undefined;
  /** In the clone of a repository: the branch goes back to its commit of that time; default: a commit on top of it. */
  hard?: boolean | undefined;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
}

/** The snapshots of one execution on the server. `self`: its address. */
export class SnapshotCalls {
  readonly #transport: Transport;
  readonly #self: string;

  constructor(transport: Transport, self: string) {
    this.#transport = transport;
    this.#self = self;
  }

  /** Returns a page of changed files. Throws SNAPSHOT_NOT_FOUND or SNAPSHOT_GONE. */
  async changes({ task, signal, ...query }: ChangesOptions): Promise<ChangesView> {
    return await this.#transport.json(this.#changes(task, query), { signal, takesLong: true });
  }

  /** Returns a patch or a summary, as the body of a response. Throws SNAPSHOT_NOT_FOUND or SNAPSHOT_GONE. */
  async diff({ task, signal, format = 'patch', ...query }: DiffOptions): Promise<Response> {
    return await this.#transport.send(this.#changes(task, { ...query, format }), { signal, takesLong: true });
  }

  /** Returns a page of the entries of a folder. Throws SNAPSHOT_NOT_FOUND or SNAPSHOT_GONE. */
  async files({ signal, ...query }: FilesOptions): Promise<FilesView> {
    return await this.#transport.json(`${this.#self}/files${queryOf(query)}`, { signal });
  }

  /** Returns a file from the byte `from` on, as the body of a response. Throws SNAPSHOT_NOT_FOUND or SNAPSHOT_GONE. */
  async file(path: string, { signal, from = 0, ...query }: FileOptions): Promise<Response> {
    return await this.#transport.send(`${this.#self}/file${queryOf({ path, ...query })}`, {
      signal,
      headers: from > 0 ? { range: `bytes=${String(from)}-` } : {},
    });
  }

  /** Returns a tar.gz, as the body of a response. Throws SNAPSHOT_NOT_FOUND or SNAPSHOT_GONE. */
  async archive({ signal, ...query }: SnapshotOptions): Promise<Response> {
    return await this.#transport.send(`${this.#self}/archive${queryOf(query)}`, { signal });
  }

  /** Restores the workspace. Throws ILLEGAL_STATE or WORKSPACE_BUSY. */
  async restore({
    beforeTask,
    afterTask,
    snapshot,
    dryRun,
    hard,
    signal,
  }: RestoreOptions): Promise<RestoreView> {
    const body = { before_task: beforeTask, after_task: afterTask, snapshot, dry_run: dryRun, hard };
    return await this.#transport.json(`${this.#self}/restore`, {
      method: 'POST',
      body,
      signal,
      takesLong: true,
    });
  }

  #changes(task: number | undefined, query: Record<string, string | number | undefined>): string {
    const of = task === undefined ? '' : `/tasks/${String(task)}`;
    return `${this.#self}${of}/changes${queryOf(query)}`;
  }
}

function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
