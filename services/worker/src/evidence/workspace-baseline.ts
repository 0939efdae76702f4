import type { GitChanges, WorkspaceChanges } from '@cc-executor/contracts';
import type { WorkspaceScan, WorkspaceScanner } from '@cc-executor/evidence/workspace';
import { ExtraDirs } from './extra-dirs.ts';
import type { GitReader } from './git-reader.ts';

export interface BaselinePorts {
  scanner: Pick<WorkspaceScanner, 'begin' | 'beginBeside'>;
  git: Pick<GitReader, 'isRepository' | 'commit' | 'diff'>;
}

interface GitBefore {
  commit: string | null;
  /** The last known state. */
  now: string | null;
}

/** A workspace before an attempt, to compare it with the state after. */
export class WorkspaceBaseline {
  readonly #ports: BaselinePorts;
  readonly #workspace: string;
  readonly #scan: WorkspaceScan;
  readonly #git: GitBefore | null;

  /** Other directories that the task may edit. */
  readonly extraDirs: ExtraDirs;

  private constructor(
    ports: BaselinePorts,
    workspace: string,
    { scan, git, extraDirs }: { scan: WorkspaceScan; git: GitBefore | null; extraDirs: ExtraDirs },
  ) {
    this.extraDirs = extraDirs;
    this.#ports = ports;
    this.#workspace = workspace;
    this.#scan = scan;
    this.#git = git;
  }

  /** `earlier`: the baseline of the previous attempt in the same workspace, whose last scan is reused. */
  static async open(
    ports: BaselinePorts,
    {
      workspace,
      extraDirs: paths,
      leaveOut,
    }: { workspace: string; extraDirs: readonly string[]; leaveOut: readonly string[] },
    earlier: WorkspaceBaseline | null,
  ): Promise<WorkspaceBaseline> {
    const [scan, git, extraDirs] = await Promise.all([
      ports.scanner.begin(workspace, earlier?.scan ?? null, leaveOut),
      gitBefore(ports, workspace, earlier),
      ExtraDirs.open(ports.scanner, paths, earlier?.extraDirs ?? null),
    ]);
    return new WorkspaceBaseline(ports, workspace, { scan, git, extraDirs });
  }

  /** The same, for another attempt that begins now in the workspace of a baseline that stays. */
  static async openBeside(
    ports: BaselinePorts,
    {
      workspace,
      extraDirs: paths,
      leaveOut,
    }: { workspace: string; extraDirs: readonly string[]; leaveOut: readonly string[] },
    other: WorkspaceBaseline,
  ): Promise<WorkspaceBaseline> {
    const [scan, git, extraDirs] = await Promise.all([
      ports.scanner.beginBeside(workspace, other.scan, leaveOut),
      gitBefore(ports, workspace, null),
      ExtraDirs.open(ports.scanner, paths, null),
    ]);
    return new WorkspaceBaseline(ports, workspace, { scan, git, extraDirs });
  }

  get scan(): WorkspaceScan {
    return this.#scan;
  }

  /** Returns what changed so far; may be called repeatedly. */
  async changes(): Promise<WorkspaceChanges> {
    return await this.#scan.changes();
  }

  /** Returns the changes of the repository so far; null: it is not one. */
  async gitChanges(): Promise<GitChanges | null> {
    const { git } = this.#ports;
    const before = this.#git?.commit ?? null;
    if (this.#git === null && !(await git.isRepository(this.#workspace))) return null;
    const after = await git.commit(this.#workspace);
    if (this.#git) this.#git.now = after;
    const differ = before !== null && after !== null && before !== after;
    return { before, after, diff: differ ? await git.diff(this.#workspace, before, after) : null };
  }

  close(): void {
    this.#scan.release();
    this.extraDirs.close();
  }

  /** The last commit that was seen. */
  get commit(): GitBefore | null {
    return this.#git;
  }
}

async function gitBefore(
  { git }: BaselinePorts,
  workspace: string,
  earlier: WorkspaceBaseline | null,
): Promise<GitBefore | null> {
  if (!(await git.isRepository(workspace))) return null;
  const known = earlier?.commit;
  const commit = known ? known.now : await git.commit(workspace);
  return { commit, now: commit };
}
