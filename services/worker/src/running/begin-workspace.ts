import { counted } from '@cc-executor/contracts/english';
import type { ExecutionState } from '@cc-executor/executions';
import { RepositoryError } from '@cc-executor/workspaces';
import { noRoomIn } from '../evidence/no-room.ts';
import type { EarlyEnd } from './end-execution.ts';
import type { ExecutionRun } from './execution-run.ts';
import { waitForRepository, waitForRoom, type Release } from './what-next.ts';

/** The consequence where the tasks can't begin: one of both, or neither if it was interrupted. */
export interface NotBegun {
  wait: Release | null;
  end: EarlyEnd | null;
}

/**
 * Clones the repository of a list before its first task. An address that is out of reach is tried again later, as long as a
 * task may wait for the model; any other failure ends the list. A cancel, a pause or a stop of this worker ends git at
 * once. Returns null if the tasks may begin.
 */
export async function beginWorkspace(run: ExecutionRun): Promise<NotBegun | null> {
  const { record, state, lease } = run;
  if (!record.repository) return null;
  for (;;) {
    // After an attempt there may be work to join; before, nothing is needed any more.
    if (lease.interruption) return hasStarted(state) ? null : { wait: null, end: null };
    const stopping = new AbortController();
    const undo = [
      lease.onInterruption(() => stopping.abort()),
      lease.onPause((isPaused) => {
        if (isPaused) stopping.abort();
      }),
    ];
    try {
      await run.evidence.begin(stopping.signal);
      return null;
    } catch (error) {
      if (!stopping.signal.aborted) return afterFailure(run, error as Error);
    } finally {
      for (const stop of undo) stop();
    }
    await run.ports.leases.confirm(lease);
    if (lease.paused) lease.interrupt('paused');
  }
}

function afterFailure({ ports, state, logger }: ExecutionRun, error: Error): NotBegun {
  logger.warn({ err: error }, 'the repository could not be cloned');
  const noRoom = noRoomIn(error);
  if (noRoom !== null) return { wait: waitForRoom('the clone of its repository', noRoom), end: null };
  const { message } = error;
  if (!(error instanceof RepositoryError) || !error.isForNow) return ends(message);
  const before = state.summary.clone;
  const clone = { since: before?.since ?? new Date().toISOString(), tries: (before?.tries ?? 0) + 1 };
  const bounds = { maxWait: ports.maxWait, intervals: ports.reach.intervals.outage };
  const wait = waitForRepository(clone, message, bounds);
  if (wait) return { wait, end: null };
  const waited = counted(ports.maxWait / 1000, 'second');
  return ends(
    `${message}. That lasted for ${waited} (CC_EXECUTOR_MAX_WAIT); rerun the list when it is over.`,
  );
}

function ends(message: string): NotBegun {
  return { wait: null, end: { message, skip: 'no_repository' } };
}

/** Returns whether there was an attempt at one of the tasks here. */
export function hasStarted({ tasks }: Pick<ExecutionState, 'tasks'>): boolean {
  return tasks.some(({ attempt }) => attempt > 0);
}
