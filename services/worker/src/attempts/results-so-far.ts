import { taskAt } from '@cc-executor/contracts/task-numbers';
import { isSettled, LIMITS } from '@cc-executor/contracts';
import {
  graphOf,
  type ExecutionRecord,
  type ExecutionState,
  type OutputAddress,
} from '@cc-executor/executions';
import type { RunPorts } from '../ports.ts';

/** The results of an execution's tasks so far. */
export class ResultsSoFar {
  readonly #ports: Pick<RunPorts, 'outputs'>;
  readonly #record: ExecutionRecord;
  readonly #state: ExecutionState;

  constructor(ports: Pick<RunPorts, 'outputs'>, record: ExecutionRecord, state: ExecutionState) {
    this.#ports = ports;
    this.#record = record;
    this.#state = state;
  }

  /**
   * Returns a result of a task: a prompt's or a tool's answer, a command's stdout, or a stderr; null if it has no answer. At most
   * slightly more than the largest prompt. `task`: the number of a task, or of the first of several variants, which stands for the one
   * that was picked.
   */
  async taken(task: number, field: 'result' | 'stderr'): Promise<string | null> {
    const by = this.#record.tasks.findIndex(({ picks }) => picks?.includes(task));
    const picked = this.#state.tasks[by]?.end?.picked;
    return await this.text(picked?.task ?? task, field);
  }

  /** Returns the same of this task, also where another variant of it was picked. */
  async text(task: number, field: 'result' | 'stderr'): Promise<string | null> {
    const address = this.#addressOf(task, field);
    if (address === null) return null;
    const end = taskAt(this.#state.tasks, task)?.end;
    if (address.stream === 'result' && end?.result_truncated === false) return end.result;
    const { text } = await this.#ports.outputs.start(address, LIMITS.promptBytes + 1);
    return text;
  }

  /**
   * Returns the variables that name the files with the results of what a task, by number, needs, directly or not:
   * CC_EXECUTOR_RESULT_1 and so on.
   */
  variables(of: number): Record<string, string> {
    const files: Record<string, string> = {};
    for (const task of graphOf(this.#record.tasks).all(of)) {
      const address = this.#addressOf(task, 'result');
      if (address === null) continue;
      const end = taskAt(this.#state.tasks, task)?.end;
      // A command without output has no file.
      const isEmpty = address.stream === 'stdout' && (end?.stdout_bytes ?? 0) === 0;
      files[`CC_EXECUTOR_RESULT_${String(task)}`] = isEmpty ? '/dev/null' : this.#ports.outputs.path(address);
    }
    return files;
  }

  #addressOf(number: number, field: 'result' | 'stderr'): OutputAddress | null {
    const [task, state] = [taskAt(this.#record.tasks, number), taskAt(this.#state.tasks, number)];
    if (!task || !state || !isSettled(state.status)) return null;
    if (state.attempt === 0 && !state.carried_from) return null;
    if (task.kind !== 'command' && (state.end?.result ?? null) === null) return null;
    const stream = field === 'stderr' ? 'stderr' : task.kind === 'command' ? 'stdout' : 'result';
    return { executionId: this.#record.execution_id, task: number, attempt: state.attempt, stream };
  }
}
