import { joinedLabel, snapshotLabel, workLabel, workspaceLabels } from '@cc-executor/workspaces';
import { resolvedLabel } from './merge-work.ts';
import type { ConflictSides } from './not-joinable.ts';

/** The labels of the snapshots that keep what the tasks of an execution have done in copies of its workspace. */
export class WorkLabels {
  readonly #owner: string;

  /** `owner`: the name of the execution among the snapshots. */
  constructor(owner: string) {
    this.#owner = owner;
  }

  /** The labels of the states of the workspace. */
  get workspace(): ReturnType<typeof workspaceLabels> {
    return workspaceLabels(this.#owner);
  }

  /** Returns a label of the execution. */
  of(...parts: (string | number)[]): string {
    return [this.#owner, ...parts].join(' ');
  }

  /** Returns the label of the snapshot before the first attempt at a task. */
  before(task: number): string {
    return snapshotLabel({ execution: this.#owner, task, attempt: 1, when: 'before' });
  }

  /** Returns the label of the snapshot after an attempt. */
  after(task: number, attempt: number): string {
    return snapshotLabel({ execution: this.#owner, task, attempt, when: 'after' });
  }

  /** Returns the label of what an attempt has done, with files that its snapshot does not have. */
  work(task: number, attempt: number): string {
    return workLabel(this.#owner, task, attempt);
  }

  /** Returns the label of the workspace that is about to receive the work of an attempt. */
  joining(task: number, attempt: number): string {
    return this.of(task, attempt, 'joining');
  }

  /** Returns the label of the workspace that has the work of an attempt. */
  joined(task: number, attempt: number): string {
    return joinedLabel(this.#owner, task, attempt);
  }

  /** Returns the label of a conflict's resolution by an agent. */
  resolved(sides: ConflictSides): string {
    return resolvedLabel(this.#owner, sides);
  }
}
