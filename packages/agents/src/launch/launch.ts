import type { Readable, Writable } from 'node:stream';
import type { LeftProcess } from './left-process.ts';

/** What to start. No shell is between this and the process. */
export interface LaunchSpec {
  command: string;
  args: readonly string[];
  /** Absolute path; it exists. */
  cwd: string;
  /** True: the cwd is a real path, where others may put links; the process starts in that very folder or not at all. */
  cwdIsReal?: boolean;
  /** The whole environment of the process; the launcher adds its mark and nothing else. */
  env: Readonly<Record<string, string>>;
  /** `none`: the process reads end-of-file at once. */
  stdin: 'none' | 'pipe';
  /** What the process can read from SECRET_DESCRIPTOR, once; no process that it starts can. Default: nothing is there. */
  secret?: string | null;
}

/** Where a process finds its secret: the first descriptor that has no other meaning. */
export const SECRET_DESCRIPTOR = 3;

/** How a process ended: exactly one of both is not null. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** True when the guardian ended it, because this worker stood still and was taken for dead. */
  byGuardian: boolean;
}

/** A process group that was started, with everything that comes from it. */
export interface LaunchedProcess {
  /** Resolves when the process runs; rejects when it could not be started. */
  readonly spawned: Promise<{ pid: number; pgid: number }>;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Resolves when the first process has ended; also when it was never started, or could not be ended (code null, signal
   * null). Never rejects.
   */
  readonly exited: Promise<Exit>;
  /** Sends a signal to the whole process group; false when nothing of it is left that takes one. */
  signal(signal: NodeJS.Signals): boolean;
  /** Stops the group, and what left it, where they are. Resolves when all stand still, or it is resumed. Never rejects. */
  pause(): Promise<void>;
  /** Lets everything that was stopped continue. Never rejects. */
  resume(): Promise<void>;
  /**
   * Ends the group and what left it for a session of its own: SIGTERM, a grace time, SIGKILL. Resolves when no
   * process of it is left, with those that could not be ended because they belong to another user; what they wrote can
   * still be read. Calling it again returns the same promise, and the shorter grace time counts. Never rejects.
   */
  end(graceMs: number): Promise<readonly LeftProcess[]>;
}

/** The port through which every agent process is started: a local process now, a container in its place later. Never throws. */
export type Launch = (spec: LaunchSpec) => LaunchedProcess;
