import type { AttemptEnd, NewEvent } from '@cc-executor/contracts';
import {
  initialState,
  makeRecord,
  toStore,
  type Append,
  type EventToStore,
  type ExecutionStore,
  type Submission,
} from '@cc-executor/executions';
import { randomUUID } from 'node:crypto';

export interface SampleList {
  id?: string;
  tasks?: number;
  workspace?: string | undefined;
  title?: string;
  at?: Date;
  /** The executions whose tasks submit it, outermost first. */
  lineage?: readonly string[];
  /** The execution that it reruns. */
  rerunOf?: string;
}

/** Stores a list of commands that is not run, and returns its id. */
export async function submitList(store: ExecutionStore, sample: SampleList = {}): Promise<string> {
  const submission = sampleSubmission(sample);
  await store.submit(submission);
  return submission.record.execution_id;
}

/** Returns a list of commands as a store takes it. */
export function sampleSubmission(sample: SampleList = {}): Submission {
  const { id = randomUUID(), tasks = 1, workspace, title, at = new Date(), lineage, rerunOf } = sample;
  const commands = Array.from({ length: tasks }, () => ({ command: 'true' }));
  const made = makeRecord({ tasks: commands, on_failure: 'stop', workspace, title }, id, at, { lineage });
  const rerun = rerunOf !== undefined && {
    execution_id: rerunOf,
    takes_over: { execution_id: rerunOf, uuid: null },
    from: 1,
    keeps_workspace: false,
    begins_with: null,
  };
  const record = { ...made, ...(rerun && { rerun }) };
  const data = { total_tasks: tasks, workspace: record.workspace, lane: record.lane };
  const events = [eventToStore(id, { type: 'execution.queued', data })];
  return { record, state: initialState(tasks), events, idempotency: null };
}

/** Returns an event with the current time. */
export function eventToStore(id: string, event: NewEvent): EventToStore {
  return toStore(id, event, new Date().toISOString());
}

/** Returns an append of one line of output, which changes no state. */
export function outputAppend(id: string, data: string, writer: Append['writer'] = null, task = 1): Append {
  const output = { type: 'task.output', task, attempt: 1, data: { stream: 'stdout', data } } as const;
  const events = [eventToStore(id, output)];
  return {
    writer,
    from: null,
    to: null,
    summary: null,
    tasks: new Map(),
    events,
    epoch: null,
    release: false,
    wakeAt: null,
  };
}

/** Returns an append of an execution's last event. */
export function endAppend(id: string, writer: Append['writer'] = null): Append {
  const counts = { total_tasks: 1, completed_tasks: 1, failed_tasks: 0 };
  const data = { ...counts, execution_time: 0, evidence: null, cost_usd: null, usage: null };
  const events = [eventToStore(id, { type: 'execution.completed', data })];
  return { ...outputAppend(id, '', writer), to: { status: 'completed', reason: null }, events };
}

/** The end of a successful attempt at a command. */
export const SAMPLE_END: AttemptEnd = {
  outcome: 'completed',
  message: null,
  exit_code: 0,
  signal: null,
  execution_time: 0,
  stdout_bytes: 0,
  stderr_bytes: 0,
  result: null,
  result_truncated: false,
  json: null,
  validation: null,
  uuid_proof: null,
  findings: [],
  checks: [],
  fixes: [],
  receipt: null,
  resets_at: null,
  session_id: null,
  model: null,
  agent_version: null,
  turns: null,
  cost_usd: null,
  usage: null,
};

/** Returns an append of the start and the successful end of a task's first attempt. */
export function attemptAppend(id: string, task: number): Append {
  const place = { task, attempt: 1 };
  const start = { description: 'true', agent: 'command', reason: 'first', session: null } as const;
  const events = [
    eventToStore(id, { type: 'task.started', ...place, data: start }),
    eventToStore(id, { type: 'task.completed', ...place, data: SAMPLE_END }),
  ];
  return { ...outputAppend(id, ''), events };
}
