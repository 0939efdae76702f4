import type { AgentEnd, AgentRun, StopCause } from '../agent.ts';

/** Returns a run that begins later, and can be stopped and paused before. `close` is called at its end. */
export function lateRun(begin: () => Promise<AgentRun>, close: () => void): AgentRun {
  let run: AgentRun | undefined;
  let cause: StopCause | undefined;
  let isPaused = false;
  const ended = async (): Promise<AgentEnd> => {
    try {
      run = await begin();
      if (cause !== undefined) run.stop(cause);
      else if (isPaused) run.pause();
      return await run.ended;
    } finally {
      close();
    }
  };
  return {
    ended: ended(),
    stop(because) {
      cause ??= because;
      run?.stop(because);
    },
    pause() {
      isPaused = true;
      run?.pause();
    },
    resume() {
      isPaused = false;
      run?.resume();
    },
  };
}
