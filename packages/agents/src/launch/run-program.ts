import { Drain } from './drain.ts';
import type { Exit, Launch, LaunchSpec } from './launch.ts';
import { Tail } from './tail.ts';

export interface ProgramSpec extends Omit<LaunchSpec, 'stdin' | 'secret'> {
  /** The program's stdin; default: empty. */
  input?: string;
  /** Milliseconds. */
  timeoutMs: number;
  /** The time between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
  /** It is ended when it has printed more bytes than this. */
  stdoutBytes: number;
  /** Ends it early. */
  signal?: AbortSignal | undefined;
}

export interface ProgramEnd {
  /** `exited`: by itself; `not_started`: see `failure`; else the reason why it was ended from outside. */
  cause: 'exited' | 'not_started' | 'timed_out' | 'too_much_output' | 'aborted';
  exit: Exit;
  stdout: string;
  /** The last 2 KiB. */
  stderr: string;
  /** Why it could not be started; else null. */
  failure: string | null;
}

/**
 * Runs a small program to its end, with bounded time and output, and ends every process that it leaves.
 * Never rejects; the first of several causes of its end counts.
 */
export async function runProgram(launch: Launch, spec: ProgramSpec): Promise<ProgramEnd> {
  const { command, args, cwd, cwdIsReal = false, env, input, signal } = spec;
  let cause: ProgramEnd['cause'] = 'exited';
  let hasEnded = false;
  const child = launch({
    command,
    args,
    cwd,
    cwdIsReal,
    env,
    stdin: input === undefined ? 'none' : 'pipe',
  });
  const end = (because: ProgramEnd['cause']) => {
    if (!hasEnded && cause === 'exited') cause = because;
    child.end(spec.graceMs).catch(() => undefined);
  };
  const kept: Buffer[] = [];
  let bytes = 0;
  const stderr = new Tail();
  const drains = [
    new Drain(child.stdout, (chunk) => {
      bytes += chunk.length;
      if (bytes <= spec.stdoutBytes) kept.push(chunk);
      else end('too_much_output');
      return undefined;
    }),
    new Drain(child.stderr, (chunk) => {
      stderr.add(chunk);
      return undefined;
    }),
  ];
  const timer = setTimeout(() => end('timed_out'), spec.timeoutMs);
  const onAbort = () => end('aborted');
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort);
  // A program that does not read its input closes the pipe.
  child.stdin?.on('error', () => undefined).end(input);
  let failure: string | null = null;
  await child.started.catch((error: Error) => {
    failure = error.message;
    cause = 'not_started';
  });
  const exit = await child.exited;
  hasEnded = true;
  clearTimeout(timer);
  signal?.removeEventListener('abort', onAbort);
  // Processes that it left are ended.
  await child.end(spec.graceMs);
  await Promise.all(drains.map((drain) => drain.finish()));
  return { cause, exit, stdout: Buffer.concat(kept).toString(), stderr: stderr.toString(), failure };
}
