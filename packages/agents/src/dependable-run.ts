import { bareEnd, type AgentEnd, type AgentRun } from './agent.ts';

/** Starts a run whose `ended` never rejects and whose methods never throw, whatever the agent does. */
export function dependableRun(start: () => AgentRun): AgentRun {
  let run: AgentRun;
  try {
    run = start();
  } catch (error) {
    const nothing = () => undefined;
    return { ended: Promise.resolve(faultOf(error)), stop: nothing, pause: nothing, resume: nothing };
  }
  const safely = (act: () => void) => {
    try {
      act();
    } catch {
      // `ended` reports what it means for the attempt.
    }
  };
  return {
    ended: run.ended.catch(faultOf),
    stop: (cause) => safely(() => run.stop(cause)),
    pause: () => safely(() => run.pause()),
    resume: () => safely(() => run.resume()),
  };
}

function faultOf(error: unknown): AgentEnd {
  return bareEnd('agent_error', error instanceof Error ? error.message : String(error));
}
