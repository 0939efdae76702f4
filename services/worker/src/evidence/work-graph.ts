import { numbered, taskAt, taskNumbers } from '@cc-executor/contracts/task-numbers';
import { isSettled } from '@cc-executor/contracts';
import {
  graphOf,
  sharesWorkspace,
  workCounts,
  type ExecutionRecord,
  type ExecutionState,
  type TaskState,
} from '@cc-executor/executions';

/** The tasks of an execution as a graph, in their states as they are now: whose work counts, and what it is based on. */
export class WorkGraph {
  readonly #record: ExecutionRecord;
  readonly #state: () => ExecutionState;

  constructor(record: ExecutionRecord, state: () => ExecutionState) {
    this.#record = record;
    this.#state = state;
  }

  /** The number of tasks. */
  get tasks(): number {
    return this.#record.tasks.length;
  }

  /** Returns the state of a task, by number. */
  stateOf(task: number): Pick<TaskState, 'attempt' | 'status' | 'end' | 'warnings'> {
    return taskAt(this.#state().tasks, task) ?? { attempt: 0, status: 'pending', end: null, warnings: [] };
  }

  /** True if a task has begun. */
  get hasBegun(): boolean {
    return this.#state().tasks.some(({ attempt }) => attempt > 0);
  }

  /** True if a task has begun in a copy, by the log. */
  get hasCopies(): boolean {
    return this.#state().tasks.some(({ in_copy }) => in_copy === true);
  }

  /** Returns whether the work of a task counts: of variants, that of the one that was picked. What picks has none. */
  counts(task: number): boolean {
    return workCounts(this.#record.tasks, this.#state().tasks, task);
  }

  /** Returns the state of the task that picks one of several variants, of which this is one; null: it is not. */
  pickedBy(task: number): ReturnType<WorkGraph['stateOf']> | null {
    const by = numbered(this.#record.tasks).find(([, { picks }]) => picks?.includes(task));
    return by === undefined ? null : this.stateOf(by[0]);
  }

  /** Returns the numbers of the variants of which a task picks one. */
  variantsOf(task: number): readonly number[] {
    return taskAt(this.#record.tasks, task)?.picks ?? [];
  }

  /** Returns whether a task, by number, works in a copy. */
  isApart(task: number): boolean {
    return graphOf(this.#record.tasks).apart.has(task);
  }

  /** Returns whether a task, by number, works in the workspace itself while others may run. */
  isShared(task: number): boolean {
    return sharesWorkspace(this.#record.tasks, task);
  }

  /** Returns whether a task comes before another one that needs it, directly or through others. */
  isBefore(task: number, other: number): boolean {
    return graphOf(this.#record.tasks).all(other).includes(task);
  }

  /**
   * Returns the last tasks among those that a task needs for which `has` is true: directly, or through others for which it
   * is not.
   */
  async lastWith(task: number, has: (task: number) => Promise<boolean>): Promise<number[]> {
    const found = new Set<number>();
    const left = [...this.needs(task)];
    const seen = new Set(left);
    for (let earlier = left.pop(); earlier !== undefined; earlier = left.pop()) {
      if (this.stateOf(earlier).attempt > 0 && (await has(earlier))) {
        found.add(earlier);
        continue;
      }
      for (const one of this.needs(earlier)) {
        if (!seen.has(one)) left.push(one);
        seen.add(one);
      }
    }
    return [...found].toSorted((one, other) => one - other);
  }

  /** Returns whether an agent may still resolve what conflicts with the work of a task: a task that needs it has not begun. */
  mayResolve(task: number): boolean {
    if (this.#record.on_conflict !== 'agent') return false;
    const { all } = graphOf(this.#record.tasks);
    return taskNumbers(this.tasks).some(
      (other) => !isSettled(this.stateOf(other).status) && all(other).includes(task),
    );
  }

  /**
   * Returns the tasks that the work of a task is based on. In place of variants: the one that was picked, or before that what
   * they need.
   */
  needs(task: number): readonly number[] {
    const { needs } = graphOf(this.#record.tasks);
    const { picks } = taskAt(this.#record.tasks, task) ?? {};
    const own = needs(task);
    const [first] = picks ?? [];
    if (first === undefined) return own;
    const picked = this.stateOf(task).end?.picked;
    const instead = picked ? [picked.task] : needs(first);
    const others = own.filter((one) => picks?.includes(one) !== true);
    return [...new Set([...others, ...instead])].toSorted((one, other) => one - other);
  }
}
