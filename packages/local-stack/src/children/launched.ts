import type { ChildProcess } from 'node:child_process';

/** How a process ended: exactly one of both is not null. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that was started, in a group of its own. */
export interface Launched<Details> {
  /** Also the id of its group. */
  readonly pid: number;
  /** Resolves when it does its work; rejects with a StartFailure when it can't. */
  readonly ready: Promise<Details>;
  /** Resolves when it has ended, however. */
  readonly exited: Promise<Exit>;
  /** Asks it to end, and after a grace time makes it. Resolves when it has ended. */
  stop(): Promise<void>;
  /** Asks it to end without leave-taking. */
  hurry(): void;
  /** Ends it and its group at once. */
  kill(): void;
}

/** Resolves when the process has ended; its pipes may still be held by others. */
export function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    // It was never started: the only event is this one.
    child.once('error', () => resolve({ code: child.exitCode, signal: null }));
  });
}

/** In words: `code 1`, or `SIGKILL`. */
export function describeExit({ code, signal }: Exit): string {
  return signal ?? `code ${String(code)}`;
}

/** Asks a process to end; it may be gone already. Throws when it belongs to somebody else. */
export function askToEnd(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends a whole process group at once; it may be gone already. */
export function killGroup(pgid: number): void {
  try {
    process.kill(-pgid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

/** True when `promise` settles within `ms` milliseconds. */
export async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), ms);
  try {
    return await Promise.race([promise.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
