import type { EventData, NewEvent } from '@cc-executor/contracts';
import { nextSteps, progressAfter, type TaskRecord } from '@cc-executor/executions';
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
  let ended: NewEvent[] = [];
  while (!run.hold.interruption) {
    const steps = nextSteps(run.record, progressAfter(run.state.tasks, ended));
    ended.push(...steps.skip.map(({ task, reason }) => skipped(task, reason)));
    const [number] = steps.start;
    if (number === undefined) break;
    if (run.hold.isFinishing) {
      run.hold.interrupt('drained');
      break;
    }
    const attempted = await runAttempt(run, number, ended);
    if (attempted === 'released') return true;
    if (attempted === 'stopped') return false;
    ended = [attempted];
  }
  if (ended.length > 0) await run.recorder.commit(ended, { from: HELD });
  return false;
}

function skipped(task: number, reason: EventData<'task.skipped'>['reason']): NewEvent {
  return { type: 'task.skipped', task, data: { reason } };
}

/**
 * Makes an attempt at a task, whose start is stored with `ended`. Returns its end, to be stored; released: the execution
 * waits or is paused; stopped: its state was changed meanwhile, and nothing of `ended` is stored.
 */
async function runAttempt(
  run: ExecutionRun,
  number: number,
  ended: readonly NewEvent[],
): Promise<NewEvent | 'released' | 'stopped'> {
  const { ports, record, foresight, gate } = run;
  const [task, state] = [record.tasks[number - 1], run.state.tasks[number - 1]];
  // Both query Redis: concurrently.
  const [limited, { foreseen, rest }] = await Promise.all([gate.before(task), foresight.of(number - 1)]);
  const waits = limited ?? (await suspectTurn(ports, record.execution_id, state));
  if (waits && (await giveUp(run, ended, waits))) return 'released';
  const last = ended.find((event) => event.task === number);
  const started = withForecast(await nextAttempt(ports, run, number, last), task, { foreseen, rest, ports });
  const begun = new Date();
  const [committed, stage] = await Promise.all([
    run.commit([...ended, started], ['running']),
    stageOf(run, task, started),
  ]);
  if (committed.result !== 'stored') return 'stopped';
  const attempted = await makeAttempt(ports, run, started, stage, foreseen);
  const { end, giveUp: wanted } = whatNext(run, attempted, await gate.bounds(attempted, ports.maxWait));
  const given = await gate.after(task, end, { begun, giveUp: wanted });
  return given && (await giveUp(run, [end], given)) ? 'released' : end;
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
  ended: readonly NewEvent[],
  { event, wakeAt }: NonNullable<Next['giveUp']>,
): Promise<boolean> {
  const options = { from: ['running'], release: true, wakeAt } as const;
  const { result } = await recorder.commit([...ended, event], options);
  if (result === 'stored') logger.info(event.data, event.type);
  return result === 'stored';
}
