import { isSettled, type NewEvent } from '@cc-executor/contracts';
import type { TaskRecord } from '@cc-executor/executions';
import { makeAttempt } from '../attempts/make-attempt.ts';
import type { ExecutionRun } from './execution-run.ts';
import { HELD } from '../ownership/holds.ts';
import { nextAttempt, type StartedTask } from '../attempts/next-attempt.ts';
import type { Stage } from '../evidence/run-evidence.ts';
import { suspectTurn } from './suspect-turn.ts';
import { whatNext, type Next } from './what-next.ts';
import { withForecast } from './with-forecast.ts';

/**
 * Runs the tasks that are not settled, in order, until none is left or it is interrupted. Returns true if the
 * execution was released: it waits, or is paused. The end of a task is stored together with the start of the
 * next one: one round trip between two tasks.
 */
export async function runTasks(run: ExecutionRun): Promise<boolean> {
  const { ports, record, hold, foresight, gate } = run;
  let ended: NewEvent[] = [];
  for (let index = 0; index < record.tasks.length && !hold.interruption;) {
    const status = run.state.tasks[index]?.status ?? 'pending';
    if (isSettled(status)) {
      // Settled by a worker that died before it could apply the consequences to the rest.
      if (status !== 'completed' && record.on_failure === 'stop') break;
      index += 1;
      continue;
    }
    if (hold.isFinishing) {
      hold.interrupt('drained');
      break;
    }
    const task = record.tasks[index];
    // Both query Redis: concurrently.
    const [limited, { foreseen, rest }] = await Promise.all([gate.before(task), foresight.of(index)]);
    const waits = limited ?? (await suspectTurn(ports, record.execution_id, run.state.tasks[index]));
    if (waits && (await giveUp(run, ended, waits))) return true;
    const next = await nextAttempt(ports, run, index + 1, ended[0]);
    const started = withForecast(next, task, { foreseen, rest, ports });
    const begun = new Date();
    const [committed, stage] = await Promise.all([
      run.commit([...ended, started], ['running']),
      stageOf(run, task, started),
    ]);
    if (committed.result !== 'stored') break;
    const attempted = await makeAttempt(ports, run, started, stage, foreseen);
    const { end, giveUp: wanted } = whatNext(run, attempted, await gate.bounds(attempted, ports.maxWait));
    const given = await gate.after(task, end, { begun, giveUp: wanted });
    if (given && (await giveUp(run, [end], given))) return true;
    ended = [end];
    // An attempt that did not settle its task is repeated.
    if (end.type === 'task.interrupted' || end.type === 'task.retrying') continue;
    if (end.type !== 'task.completed' && record.on_failure === 'stop') break;
    index += 1;
  }
  if (ended.length > 0) await run.recorder.commit(ended, { from: HELD });
  return false;
}

/** Makes the workspace ready; after a failed attempt, as the list says. */
async function stageOf(
  { evidence }: Pick<ExecutionRun, 'evidence'>,
  task: TaskRecord | undefined,
  { task: number, attempt, data }: StartedTask,
): Promise<Stage | Error> {
  const isRetry = data.reason === 'retry' && data.session?.resumed !== true;
  return await evidence.stage(task, { task: number, attempt }, isRetry);
}

/** Releases the slot until it continues. False if the execution's state was changed just then. */
export async function giveUp(
  { recorder, logger }: ExecutionRun,
  ended: NewEvent[],
  { event, wakeAt }: NonNullable<Next['giveUp']>,
): Promise<boolean> {
  const options = { from: ['running'], release: true, wakeAt } as const;
  const { result } = await recorder.commit([...ended, event], options);
  if (result === 'stored') logger.info(event.data, event.type);
  return result === 'stored';
}
