import { Readable } from 'node:stream';
import type { Exit, LaunchedProcess } from '../launch/launch.ts';
import { peerOf, type Peer } from './peer.ts';
import { printedTurn } from './printed-turn.ts';
import type { TurnEnd, TurnOptions } from './spec.ts';

/**
 * Returns a process of ours that makes one call, as `startLines` starts it, of which only the agent is a process: it runs in a
 * container, where ours could not, and this process talks to it. `child`: the agent, with an input.
 */
export function boxedTurn(
  child: LaunchedProcess,
  runTurn: (options: TurnOptions, peer: Peer) => Promise<TurnEnd>,
): LaunchedProcess {
  const stdout = new Readable({
    // A log that is slow slows the agent.
    read: () => {
      child.stdout.resume();
    },
  });
  const print = (line: string) => {
    if (!stdout.push(line)) child.stdout.pause();
  };
  const run = async (): Promise<Exit> => {
    try {
      await child.started;
      const end = await printedTurn({}, print, async (options) => await runTurn(options, peerOf(child)));
      const exit = await child.exited;
      // What ended it from outside says more than that it has ended.
      if (exit.because !== null) return exit;
      print(end);
      return { code: 0, signal: null, because: null, note: null };
    } catch {
      return await child.exited;
    } finally {
      stdout.push(null);
    }
  };
  return {
    started: child.started,
    exited: run(),
    stdin: null,
    stdout,
    stderr: child.stderr,
    signal: async (signal) => await child.signal(signal),
    pause: async () => await child.pause(),
    resume: async () => await child.resume(),
    end: async (graceMs) => await child.end(graceMs),
  };
}
