import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** The program of an agent as those who talk to it see it, wherever it runs. */
export interface Peer {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it has ended and what it wrote was read; or when it was not started. Never rejects. */
  readonly ended: Promise<PeerEnd>;
  /** Ends it at once. */
  kill: () => void;
}

interface PeerEnd {
  /** In words, as the end of a sentence. */
  how: string;
  isNotStarted: boolean;
}

/** How long the output of an ended agent is read: what it has started may keep the pipe open. Milliseconds. */
const CLOSE_MS = 1000;

/** Starts a program beside this process, with its stderr. */
export function spawnPeer(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Peer {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<PeerEnd>((resolve) => {
    child.once('error', ({ message }) => resolve({ how: message, isNotStarted: child.pid === undefined }));
    child.once('exit', (code, signal) => {
      const end = () => resolve({ how: howEnded({ code, signal }), isNotStarted: false });
      child.once('close', end);
      setTimeout(end, CLOSE_MS).unref();
    });
  });
  return { stdin: child.stdin, stdout: child.stdout, ended, kill: () => child.kill('SIGKILL') };
}

/** Connects to a program that was started elsewhere: its input and output are at the other end of a socket. */
export async function socketPeer(path: string): Promise<Peer> {
  const socket = connect({ path, allowHalfOpen: true });
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  const ended = once(socket, 'close').then(() => ({ how: 'it ended', isNotStarted: false }));
  // Its output has ended: what would be written is read by nobody.
  socket.once('end', () => socket.destroy());
  return { stdin: socket, stdout: socket, ended, kill: () => socket.destroy() };
}

function howEnded({ code, signal }: { code: number | null; signal: string | null }): string {
  return `it ended ${signal === null ? `with exit code ${String(code)}` : `by ${signal}`}`;
}
