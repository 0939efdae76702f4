import type { TurnEnd } from './spec.ts';

/** One turn of an agent in its protocol. */
export interface Turn {
  /** Starts the agent and returns the end of its turn. Rejects if the agent failed as a program. */
  run: () => Promise<TurnEnd>;
  /** Returns the end of a turn in which the agent failed as a program. */
  failed: (error: unknown) => TurnEnd;
  /** Ends the agent. */
  close: () => Promise<void>;
}

/** Runs a turn to its end. The agent itself has ended then. Never rejects. */
export async function runToEnd(turn: Turn): Promise<TurnEnd> {
  try {
    return await turn.run();
  } catch (error) {
    return turn.failed(error);
  } finally {
    await turn.close();
  }
}
