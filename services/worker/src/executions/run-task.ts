import { bareEnd, type AgentEnd, type AgentTask, type StopCause } from '@cc-executor/agents';
import { LIMITS, OUTCOMES, type AttemptEnd, type NewEvent, type OutcomeCode } from '@cc-executor/contracts';
import {
  spentSince,
  type ExecutionRecord,
  type Note,
  type Recorder,
  type TaskRecord,
} from '@cc-executor/executions';
import type { AttemptFiles } from '@cc-executor/executions-files';
import type { Logger } from '@cc-executor/service-kit';
import { AttemptSink } from './attempt-sink.ts';
import { Countdown } from './countdown.ts';
import type { StartedTask } from './next-attempt.ts';
import { SilenceWatch } from './silence-watch.ts';
import type { Hold } from './holds.ts';
import type { RunPorts } from './run-ports.ts';

export interface TaskRun {
  record: ExecutionRecord;
  recorder: Recorder;
  hold: Hold;
  logger: Logger;
}

/**
 * Makes one attempt at a task: a new agent process, everything it says recorded. Gives the event of its end, when no
 * process of it is left; the caller stores it. Never rejects for what the agent does.
 */
export async function makeAttempt(
  ports: RunPorts,
  run: TaskRun,
  started: StartedTask,
  workspace: string | Error,
): Promise<NewEvent> {
  const { record, recorder, logger } = run;
  const place = { task: started.task, attempt: started.attempt };
  const task = record.tasks[place.task - 1];
  if (!task) throw new RangeError(`There is no task ${String(place.task)}.`);
  const began = performance.now();
  const files = ports.openFiles({ executionId: record.execution_id, ...place }, (error) => {
    const message = `Its output can't be kept on disk: ${error.message}.`;
    void recorder.note({ type: 'task.warning', ...place, data: { code: 'output_not_kept', message } });
  });
  const end =
    workspace instanceof Error
      ? bareEnd('spawn_failed', workspace.message)
      : await attempt(
          ports,
          run,
          { ...place, executionId: record.execution_id, cwd: workspace, session: started.data.session },
          task,
          files,
        );
  await files.close();
  // A conversation that is gone on with counts from its own beginning.
  const session = started.data.session?.resumed ? recorder.state.tasks[place.task - 1]?.session : null;
  const own = session ? { ...end, ...spentSince(end, session) } : end;
  const data = attemptEnd(own, files.bytes, (performance.now() - began) / 1000);
  logger.info({ ...place, outcome: data.outcome, seconds: data.execution_time }, 'an attempt ended');
  return { type: EVENT_OF[OUTCOMES[data.outcome].status], ...place, data };
}

async function attempt(
  ports: RunPorts,
  { recorder, hold }: TaskRun,
  where: Omit<AgentTask, 'text' | 'options'>,
  task: TaskRecord,
  files: AttemptFiles,
): Promise<AgentEnd> {
  let silence: SilenceWatch | undefined;
  const place = { task: where.task, attempt: where.attempt };
  const sink = new AttemptSink({ place, kind: task.kind, files, recorder, onLife: () => silence?.heard() });
  const run = ports.agents[task.agent].start({ ...where, text: task.text, options: task.options }, sink);
  const stop = (cause: StopCause) => run.stop(cause);
  const whole = new Countdown(
    task.timeout ?? ports.taskTimeout,
    () => stop('timed_out'),
    () => hold.paused,
  );
  silence = new SilenceWatch({
    seconds: ports.silenceTimeout,
    isHeld: () => sink.toolIsOpen || hold.paused,
    onNotice: (seconds) => task.kind === 'prompt' && void recorder.note(silenceWarning(place, seconds)),
    onSilent: () => stop('silent'),
  });
  const unhook = [
    hold.onInterruption((why) => stop(why === 'cancelled' || why === 'paused' ? why : 'drained')),
    hold.onPause((paused) => (paused ? run.pause() : run.resume())),
    givesBackWhenPaused(hold, task, ports.pauseHold),
  ];
  try {
    const end = await run.ended;
    await sink.finish();
    return { ...end, message: end.message ?? stopMessage(end.outcome, task, ports) };
  } finally {
    for (const undo of unhook) undo();
    whole.stop();
    silence.stop();
  }
}

function silenceWarning(place: { task: number; attempt: number }, seconds: number): Note {
  const message = `The agent has given no sign of life for ${String(seconds)} s: the model may be stuck.`;
  return { type: 'task.warning', ...place, data: { code: 'silent', message } };
}

/** A paused agent keeps its memory and its slot only for a while; a command that stands still could not be done again. */
function givesBackWhenPaused(hold: Hold, task: TaskRecord, seconds: number): () => void {
  if (task.kind === 'command') return () => undefined;
  let countdown: Countdown | undefined;
  const unhook = hold.onPause((paused) => {
    countdown?.stop();
    countdown = paused ? new Countdown(seconds, () => hold.interrupt('paused')) : undefined;
  });
  return () => {
    unhook();
    countdown?.stop();
  };
}

function stopMessage(outcome: OutcomeCode, task: TaskRecord, ports: RunPorts): string | null {
  if (outcome === 'timed_out')
    return `It took longer than its timeout of ${String(task.timeout ?? ports.taskTimeout)} s and was ended.`;
  if (outcome === 'silent')
    return `It was silent for ${String(ports.silenceTimeout)} s and was ended; STREAM_TIMEOUT sets how long it may be.`;
  if (outcome === 'cancelled') return 'It was cancelled.';
  if (outcome === 'paused') return 'It was paused for long, and its memory was given back.';
  return outcome === 'drained' ? 'Its worker was asked to stop.' : null;
}

const EVENT_OF = {
  completed: 'task.completed',
  failed: 'task.failed',
  timed_out: 'task.timed_out',
  cancelled: 'task.cancelled',
  pending: 'task.interrupted',
} as const satisfies Record<(typeof OUTCOMES)[OutcomeCode]['status'], NewEvent['type']>;

function attemptEnd(end: AgentEnd, bytes: AttemptFiles['bytes'], seconds: number): AttemptEnd {
  const whole = Buffer.from(end.result ?? '');
  const truncated = whole.length > LIMITS.resultBytes;
  return {
    ...end,
    // A character that the limit cuts is left out.
    result: truncated
      ? new TextDecoder().decode(whole.subarray(0, LIMITS.resultBytes), { stream: true })
      : end.result,
    result_truncated: truncated,
    execution_time: Math.round(seconds * 1000) / 1000,
    stdout_bytes: bytes.stdout,
    stderr_bytes: bytes.stderr,
  };
}
