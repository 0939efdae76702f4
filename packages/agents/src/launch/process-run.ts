import type { AgentEnd, AgentRun, StopCause } from '../agent.ts';
import type { LaunchedProcess } from './launch.ts';

/**
 * Returns the run of one process. `follow` follows it to its end, with what stopped it; `graceFor` returns the time between
 * SIGTERM and SIGKILL for a cause, in milliseconds.
 */
export function processRun(
  child: Pick<LaunchedProcess, 'end' | 'pause' | 'resume'>,
  graceFor: (because: StopCause) => number,
  follow: (cause: () => StopCause | undefined) => Promise<AgentEnd>,
): AgentRun {
  let cause: StopCause | undefined;
  return {
    ended: follow(() => cause),
    stop(because) {
      cause ??= because;
      child.end(graceFor(because)).catch(() => undefined);
    },
    pause: () => {
      child.pause().catch(() => undefined);
    },
    resume: () => {
      child.resume().catch(() => undefined);
    },
  };
}
