import type { ChildProcess } from 'node:child_process';

/** How a process ended: exactly one of both is not null. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A started process with its own process group. */
export interface Launched<Details> {
  /** Also the id of its group. */
  readonly pid: number;
  /** Resolves when it is ready; rejects with a StartFailure if it cannot start. */
  readonly ready: Promise<Details>;
  /** Resolves when it has ended, for any reason. */
  readonly exited: Promise<Exit>;
  /** Sends SIGTERM, and SIGKILL after a grace period. Resolves when it has ended. */
  stop(): Promise<void>;
  /** Asks it to end quickly, without a graceful shutdown. */
  hurry(): void;
  /** Kills it and its group. */
  kill(): void;
}

/** Resolves when the process has ended; its pipes may still be held by others. */
export function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    // It was never started: this is its only event.
    child.once('error', () => resolve({ code: child.exitCode, signal: null }));
  });
}

/** Returns the end in words: `code 1`, or `SIGKILL`. */
export function describeExit({ code, signal }: Exit): string {
  return signal ?? `code ${String(code)}`;
}

/** Asks a process to end; it may have ended already. Throws if it belongs to another user. */
export function askToEnd(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Kills a whole process group; it may have ended already. */
export function killGroup(pgid: number): void {
  try {
    process.kill(-pgid, 'SIGKILL');
  } catch {
    // The group has ended.
  }
}
