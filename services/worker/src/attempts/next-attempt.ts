import { taskAt } from '@cc-executor/contracts/task-numbers';
import { isMarked, OUTCOMES, type NewEvent, type OutcomeCode } from '@cc-executor/contracts';
import {
  describeTask,
  type ExecutionRecord,
  type Recorder,
  type TaskRecord,
  type TaskState,
} from '@cc-executor/executions';
import { randomUUID } from 'node:crypto';
import type { RunPorts } from '../ports.ts';

/** After this many conversations that could not be resumed, a task starts a new one after each interruption. */
const MAX_LOST_CONVERSATIONS = 3;

export type StartedTask = Extract<NewEvent, { type: 'task.started' }> & { task: number; attempt: number };

/**
 * Returns the event that starts the next attempt at a task (number from 1), to be stored before it starts. `last`: the end
 * just before it, which is not stored yet.
 */
export async function nextAttempt(
  { agents }: Pick<RunPorts, 'agents'>,
  { record, recorder }: { record: ExecutionRecord; recorder: Pick<Recorder, 'state'> },
  number: number,
  last?: NewEvent,
): Promise<StartedTask> {
  const [task, before] = [taskAt(record.tasks, number), taskAt(recorder.state.tasks, number)];
  if (!task || !before) throw new RangeError(`There is no task ${String(number)}.`);
  const isOfTask = last?.type === 'task.interrupted' || last?.type === 'task.retrying';
  const end = isOfTask && last.task === number ? last.data : before.end;
  const reason = before.attempt === 0 ? 'first' : reasonAfter(end?.outcome);
  const { retry_context = 'summary' } = task.options;
  const isCut =
    end?.outcome === 'no_result'
      ? retry_context !== 'none'
      : retry_context === 'resume' && end !== null && isMarked(end.outcome, 'leaves_work');
  const session = await sessionOf(agents[task.agent], record.execution_id, before, { reason, isCut });
  const data = { description: describeTask(task), agent: task.agent, reason, session } as const;
  return { type: 'task.started', task: number, attempt: before.attempt + 1, data };
}

/** Returns why there is another attempt after one with this outcome. */
function reasonAfter(outcome: OutcomeCode | undefined): StartedTask['data']['reason'] {
  return outcome !== undefined && OUTCOMES[outcome].status === 'pending' ? outcome : 'retry';
}

/** Each task has a new context; an interrupted attempt resumes its own conversation if it is still available. */
async function sessionOf(
  { canResume }: RunPorts['agents'][TaskRecord['agent']],
  executionId: string,
  { session, lost_conversations }: TaskState,
  /** `isCut`: the previous attempt ended in the middle of its work. */
  { reason, isCut }: Pick<StartedTask['data'], 'reason'> & { isCut: boolean },
): Promise<StartedTask['data']['session']> {
  if (canResume === null) return null;
  const anew = (why: string) => ({ id: randomUUID(), resumed: false, why });
  if (reason === 'first') return anew('Each task begins with a new context.');
  if (reason === 'retry' && !isCut)
    return anew('The previous attempt ended; a retry starts a new conversation.');
  if (reason === 'conversation_lost')
    return anew(
      'The conversation of the attempt before could not be resumed; this attempt begins a new one.',
    );
  if (lost_conversations >= MAX_LOST_CONVERSATIONS)
    return anew('Its conversations could not be resumed several times; this attempt begins a new one.');
  if (session === null || !(await canResume(executionId, session.id)))
    return anew('The previous attempt was interrupted, and its conversation is not available here.');
  return { id: session.id, resumed: true, why: 'The previous attempt was interrupted; this one resumes it.' };
}
