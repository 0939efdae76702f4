import type { GitChanges, WorkspaceChanges } from '@cc-executor/contracts';
import type { WorkspaceLook, WorkspaceLooks } from '@cc-executor/evidence/workspace';
import { ExtraDirs } from './extra-dirs.ts';
import type { GitReader } from './git-reader.ts';

export interface ScenePorts {
  looks: Pick<WorkspaceLooks, 'begin' | 'beginBeside'>;
  git: Pick<GitReader, 'isRepository' | 'commit' | 'diff'>;
}

interface GitBefore {
  commit: string | null;
  /** The last known state. */
  now: string | null;
}

/** A workspace before an attempt, to compare it with the state after. */
export class Scene {
  readonly #ports: ScenePorts;
  readonly #workspace: string;
  readonly #look: WorkspaceLook;
  readonly #git: GitBefore | null;

  /** Other directories that the task may edit. */
  readonly extraDirs: ExtraDirs;

  private constructor(
    ports: ScenePorts,
    workspace: string,
    { look, git, extraDirs }: { look: WorkspaceLook; git: GitBefore | null; extraDirs: ExtraDirs },
  ) {
    this.extraDirs = extraDirs;
    this.#ports = ports;
    this.#workspace = workspace;
    this.#look = look;
    this.#git = git;
  }

  /** `earlier`: the scene of the previous attempt in the same workspace, whose last scan is reused. */
  static async open(
    ports: ScenePorts,
    {
      workspace,
      extraDirs: paths,
      leaveOut,
    }: { workspace: string; extraDirs: readonly string[]; leaveOut: readonly string[] },
    earlier: Scene | null,
  ): Promise<Scene> {
    const [look, git, extraDirs] = await Promise.all([
      ports.looks.begin(workspace, earlier?.look ?? null, leaveOut),
      gitBefore(ports, workspace, earlier),
      ExtraDirs.open(ports.looks, paths, earlier?.extraDirs ?? null),
    ]);
    return new Scene(ports, workspace, { look, git, extraDirs });
  }

  /** The same, for another attempt that begins now in the workspace of a scene that stays. */
  static async openBeside(
    ports: ScenePorts,
    {
      workspace,
      extraDirs: paths,
      leaveOut,
    }: { workspace: string; extraDirs: readonly string[]; leaveOut: readonly string[] },
    other: Scene,
  ): Promise<Scene> {
    const [look, git, extraDirs] = await Promise.all([
      ports.looks.beginBeside(workspace, other.look, leaveOut),
      gitBefore(ports, workspace, null),
      ExtraDirs.open(ports.looks, paths, null),
    ]);
    return new Scene(ports, workspace, { look, git, extraDirs });
  }

  get look(): WorkspaceLook {
    return this.#look;
  }

  /** Returns what changed so far; may be called repeatedly. */
  async changes(): Promise<WorkspaceChanges> {
    return await this.#look.changes();
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
    this.#look.release();
    this.extraDirs.close();
  }

  /** The last commit that was seen. */
  get commit(): GitBefore | null {
    return this.#git;
  }
}

async function gitBefore(
  { git }: ScenePorts,
  workspace: string,
  earlier: Scene | null,
): Promise<GitBefore | null> {
  if (!(await git.isRepository(workspace))) return null;
  const known = earlier?.commit;
  const commit = known ? known.now : await git.commit(workspace);
  return { commit, now: commit };
}
