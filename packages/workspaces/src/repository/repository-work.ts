import { taskNumbers } from '@cc-executor/contracts/task-numbers';
import { checkGit } from '../git/user-git.ts';
import { writeFileSync } from 'node:fs';
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beginOnce, hasBegun, markBegun } from './begin-once.ts';
import { commitWork, type Committed, type CommitRequest } from './commit-work.ts';
import { deliverWork } from './deliver-work.ts';
import { commitsOf, type EarlierClone } from './earlier-clone.ts';
import {
  beginCopy,
  commitCopy,
  hasCommits,
  joinCommits,
  keepRootCommit,
  leaveCopy,
  type CopiedClone,
} from './copy-clone.ts';
import { bringToClone } from './in-clone.ts';
import { copyIncluded } from './include.ts';
import { CLONED, includedPaths } from './included-paths.ts';
import { makeClone } from './make-clone.ts';
import { OwnRepository, type WorkPlaces } from './own-repository.ts';
import { RepositoryError } from '../repository-error.ts';

export interface RepositoryWorkOptions extends WorkPlaces {
  /** The execution that this one reruns; absent: none. */
  earlier?: EarlierClone | undefined;
}

/**
 * The work of one execution for a repository of the user: its clone, the commits on its branch, and how they come back.
 * Configuration that tasks can change (the clone's own, hooks, attributes with programs) is never used: commits
 * are made in a repository of ours beside it.
 */
export class RepositoryWork {
  readonly #own: OwnRepository;
  readonly #earlier: EarlierClone | null;

  constructor({ earlier, ...places }: RepositoryWorkOptions) {
    this.#own = new OwnRepository(places);
    this.#earlier = earlier ?? null;
  }

  /**
   * Makes the workspace a clone at the commit, with what it includes, whole or not at all: what is left of a clone that was
   * cut off is removed first. Does nothing where it is one already. `fill` changes the new clone before it counts as whole.
   * Rejects with a RepositoryError, or with the reason of `signal`, which ends git.
   */
  async prepare(fill?: (included: readonly string[]) => Promise<void>, signal?: AbortSignal): Promise<void> {
    const { places } = this.#own;
    const { git, folder, workspace, of } = places;
    if (hasBegun(places)) return await this.#takeUp();
    if (this.#earlier?.keeps) return await this.#adopt(this.#earlier.folder);
    await beginOnce(places, async () => {
      await checkGit(git);
      writeFileSync(join(folder, 'gitconfig'), '[safe]\n\tdirectory = *\n');
      const before = this.#earlier && (await commitsOf(git, this.#earlier));
      await makeClone(places, before, signal);
      const included = of.path === null ? [] : await copyIncluded(of, workspace);
      await this.#own.open(included, before);
      await fill?.(included);
      return included;
    });
  }

  /** Returns the paths that were copied into the clone and belong in no commit, snapshot or list of changes. */
  async included(): Promise<string[]> {
    return JSON.parse(await readFile(join(this.#own.places.folder, CLONED), 'utf8')) as string[];
  }

  /** As `commitWork`. */
  async commit(request: CommitRequest): Promise<Committed | null> {
    return await commitWork(this.#own, request);
  }

  /** As `keepRootCommit`. */
  async keepRoot(): Promise<void> {
    await keepRootCommit(this.#own);
  }

  /** As `hasCommits`. */
  async has(task: number): Promise<boolean> {
    return await hasCommits(this.#own, task);
  }

  /** As `beginCopy`. */
  async beginCopy(copy: CopiedClone, tasks: readonly number[]): Promise<void> {
    await beginCopy(this.#own, copy, tasks);
  }

  /** As `commitCopy`. */
  async commitCopy(copy: CopiedClone, request: Omit<CommitRequest, 'task'>): Promise<Committed | null> {
    return await commitCopy(this.#own, copy, request);
  }

  /** As `joinCommits`. */
  async join(request: CommitRequest & { task: number }): Promise<Committed | null> {
    return await joinCommits(this.#own, request);
  }

  /** Removes what is kept of a copy, but not its commits. */
  async leaveCopy(task: number): Promise<void> {
    await leaveCopy(this.#own, task);
  }

  /**
   * Brings the branch, and the clone with it, back to its last commit before a task, by its number. The files stay as they
   * are. Returns that commit. Rejects with a RepositoryError.
   */
  async reset(before: number): Promise<string> {
    const { git, folder } = this.#own.places;
    const tasks = taskNumbers(before - 1);
    const commits = await commitsOf(git, { folder, tasks });
    const tip = await this.#own.tip();
    const commit = commits?.commit ?? (await this.#own.base());
    await this.#own.setIndex(commit);
    await this.#own.set([this.#own.ref, commit, tip]);
    await bringToClone(this.#own, commit);
    return commit;
  }

  /** Returns the last commit of the branch. Rejects with a RepositoryError. */
  async tip(): Promise<string> {
    return await this.#own.tip();
  }

  /** As `deliverWork`. */
  async deliver(): Promise<{ commit: string } | null> {
    return await deliverWork(this.#own);
  }

  /** Continues in the clone of another execution, which has ended. */
  async #adopt(from: string): Promise<void> {
    const { folder } = this.#own.places;
    const included = includedPaths(from);
    if (included === null)
      throw new RepositoryError(
        '',
        'What was kept of the clone is gone: it can be rerun in a new one, or submitted again.',
      );
    await rm(folder, { recursive: true, force: true });
    const isNoMark = (path: string) => path !== join(from, CLONED);
    await cp(from, folder, { recursive: true, filter: isNoMark });
    markBegun(folder, included);
    await this.#takeUp();
  }

  /** Makes what an earlier process has left usable. */
  async #takeUp(): Promise<void> {
    await this.#own.relink();
    await this.#own.unlock();
  }
}
