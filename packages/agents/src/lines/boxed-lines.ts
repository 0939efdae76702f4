import type { AgentEnd, AgentRun, AgentSink } from '../agent.ts';
import { lateRun } from '../launch/late-run.ts';
import type { Launch, LaunchSpec } from '../launch/launch.ts';
import { PeerSocket, withPeer } from './peer-socket.ts';
import type { LineProcess } from './run-lines.ts';
import { startLines, type LineProgram } from './start-lines.ts';

/** A process of ours that makes one call to a program in the container of the attempt. */
export interface BoxedLines extends Omit<LineProgram, 'spec'> {
  /** Returns the job of our process. `socket`: where it finds the input and output of the program. */
  specOf: (socket: string) => unknown;
  /** Starts the program in its container, with an input. */
  start: () => ReturnType<Launch>;
}

/**
 * Starts a program in the container of an attempt, and a process of ours outside of it that talks to it: what the program answers
 * is foreign, so that it is parsed there and not in the worker.
 */
export function startBoxedLines(
  { specOf, start, ...program }: BoxedLines,
  sink: AgentSink,
  endOf: (running: LineProcess) => Promise<AgentEnd>,
): AgentRun {
  let socket: PeerSocket | undefined;
  const both = (opened: PeerSocket) => (spec: LaunchSpec) => {
    const peer = start();
    opened.connect(peer);
    return withPeer(program.launch(spec), peer, opened);
  };
  return lateRun(
    async () => {
      const opened = await PeerSocket.open();
      socket = opened;
      return startLines({ ...program, launch: both(opened), spec: specOf(opened.path) }, sink, endOf);
    },
    () => socket?.close(),
  );
}
