import { numbered, taskAt } from '@cc-executor/contracts/task-numbers';
import {
  OUTCOMES,
  type AttemptEnd,
  type AttemptStatus,
  type HistoryRow,
  type NewEvent,
} from '@cc-executor/contracts';
import { describeTask, type ExecutionRecord } from './record.ts';
import type { ExecutionState } from './state.ts';

/** Folds the events of an execution into the rows of its history, one for each ended attempt. */
export class AttemptRows {
  readonly #record: ExecutionRecord;
  readonly #startedAt = new Map<number, string>();
  readonly #expected = new Map<number, number>();

  /** `state`: the state before the events; default: they start with the first one. */
  constructor(record: ExecutionRecord, state?: Pick<ExecutionState, 'tasks'>) {
    this.#record = record;
    for (const [task, { started_at, prediction }] of numbered(state?.tasks ?? [])) {
      if (prediction) this.#expected.set(task, prediction.expected);
      if (started_at !== null) this.#startedAt.set(task, started_at);
    }
  }

  /** Returns the row of the attempt that this event of time `at` ends; null if it ends none. */
  take(event: NewEvent, at: string): HistoryRow | null {
    if (event.type === 'task.started' && event.task !== undefined) {
      this.#startedAt.set(event.task, at);
      if (event.data.prediction) this.#expected.set(event.task, event.data.prediction.expected);
    }
    const end = endOf(event);
    const task = taskAt(this.#record.tasks, event.task ?? 0);
    if (!end || !task || event.task === undefined || event.attempt === undefined) return null;
    const { usage } = end;
    return {
      schema: 1,
      execution_id: this.#record.execution_id,
      task: event.task,
      attempt: event.attempt,
      kind: task.kind,
      description: describeTask(task),
      agent: task.agent,
      model: end.model ?? task.options.model ?? null,
      status: attemptStatus(event.type, end),
      outcome: end.outcome,
      counts: OUTCOMES[end.outcome].counts,
      exit_code: end.exit_code,
      started_at: this.#startedAt.get(event.task) ?? at,
      ended_at: at,
      duration: end.execution_time,
      expected: this.#expected.get(event.task) ?? null,
      turns: end.turns,
      input_tokens: usage?.input_tokens ?? null,
      output_tokens: usage?.output_tokens ?? null,
      cache_read_tokens: usage?.cache_read_tokens ?? null,
      cache_creation_tokens: usage?.cache_creation_tokens ?? null,
      cost_usd: end.cost_usd,
      load_per_core: end.machine?.load_per_core ?? null,
      cpu_busy: end.machine?.cpu_busy ?? null,
      available_memory: end.machine?.available_memory ?? null,
      gpu_busy: end.machine?.gpu_busy ?? null,
    };
  }
}

function endOf(event: NewEvent): AttemptEnd | null {
  switch (event.type) {
    case 'task.completed':
    case 'task.failed':
    case 'task.timed_out':
    case 'task.cancelled':
    case 'task.interrupted':
    case 'task.retrying':
      return event.data;
    default:
      return null;
  }
}

/** The task's status after it or, if it is retried, the status that it would have had. */
function attemptStatus(type: NewEvent['type'], end: AttemptEnd): AttemptStatus {
  if (type === 'task.failed') return 'failed';
  const { status } = OUTCOMES[end.outcome];
  return status === 'pending' ? 'interrupted' : status;
}
