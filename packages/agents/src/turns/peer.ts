import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough, type Readable, type Writable } from 'node:stream';

/** The program of an agent as those who talk to it see it, wherever it runs. */
export interface Peer {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it has ended or closed its output, and what it wrote was read; or when it was not started. Never rejects. */
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
/** How long an agent that has closed its output may take to end. Milliseconds. */
const LEAVE_MS = 3000;

/** Starts a program beside this process, with its stderr. */
export function spawnPeer(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Peer {
  let child;
  try {
    child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  } catch (error) {
    // Some of the system's refusals are thrown.
    return unstarted(error as NodeJS.ErrnoException);
  }
  return { stdin: child.stdin, stdout: child.stdout, ended: endOf(child), kill: () => child.kill('SIGKILL') };
}

async function endOf(child: ChildProcess): Promise<PeerEnd> {
  return await new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ how: reasonOf(error), isNotStarted: child.pid === undefined }),
    );
    child.once('exit', (code, signal) => {
      const end = () => resolve({ how: howEnded({ code, signal }), isNotStarted: false });
      child.once('close', end);
      setTimeout(end, CLOSE_MS).unref();
    });
    child.stdout?.once('end', () => {
      const leave = () => {
        child.kill('SIGKILL');
        resolve({ how: 'it closed its output and did not end', isNotStarted: false });
      };
      const timer = setTimeout(leave, LEAVE_MS);
      child.once('exit', () => clearTimeout(timer));
    });
  });
}

function unstarted(refusal: NodeJS.ErrnoException): Peer {
  const stdin = new PassThrough();
  stdin.destroy();
  return {
    stdin,
    stdout: new PassThrough().end(),
    ended: Promise.resolve({ how: reasonOf(refusal), isNotStarted: true }),
    kill: () => undefined,
  };
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'it is a folder, or may not be executed (EACCES)',
  ENOENT: 'there is no such file, or no interpreter that its first line names (ENOENT)',
  ENOEXEC: 'it is no program for this machine (ENOEXEC)',
  ELOOP: 'it is a link that leads back to itself (ELOOP)',
  ENOTDIR: 'a part of its path is no folder (ENOTDIR)',
  ENAMETOOLONG: 'its path is too long (ENAMETOOLONG)',
  E2BIG: 'its arguments and variables are too long (E2BIG)',
  ERR_INVALID_ARG_VALUE: 'its path, an argument or a variable has a NUL character',
};

/** Returns why a program could not be started, as the end of a sentence. */
function reasonOf({ code = '', message }: NodeJS.ErrnoException): string {
  return REASONS[code] ?? message;
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
