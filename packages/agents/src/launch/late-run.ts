import { bareEnd, endedRun, type AgentEnd, type AgentRun, type StopCause } from '../agent.ts';

/** Returns a run that begins later, and can be stopped and paused before. `close` is called at its end. */
export function lateRun(begin: () => Promise<AgentRun>, close: () => void | Promise<void>): AgentRun {
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
      await close();
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

/** Returns the run of an agent that has a way to its model for as long as it runs. */
export function runWithWay<W extends { close: () => Promise<void> }>(
  open: () => Promise<W>,
  start: (way: W) => AgentRun | Promise<AgentRun>,
): AgentRun {
  let way: W | undefined;
  return lateRun(
    async () => {
      try {
        way = await open();
      } catch (error) {
        const why = (error as Error).message;
        return endedRun(bareEnd('spawn_failed', `The way to the model could not be opened: ${why}.`));
      }
      return await start(way);
    },
    async () => await way?.close(),
  );
}
