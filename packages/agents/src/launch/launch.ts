import type { Readable, Writable } from 'node:stream';
import type { LeftProcess } from './left-process.ts';

/** What to start. No shell is between this and the process. */
export interface LaunchSpec {
  command: string;
  args: readonly string[];
  /** The absolute path of an existing directory. */
  cwd: string;
  /** True: the cwd is a real path in which others may put links; the process starts in exactly that folder or not at all. */
  cwdIsReal?: boolean;
  /** The whole environment of the process; the launcher adds its mark and nothing else. */
  env: Readonly<Record<string, string>>;
  /** `none`: the process reads end-of-file at once. */
  stdin: 'none' | 'pipe';
  /** The text that the process can read once from SECRET_DESCRIPTOR, and its children cannot. Default: none. */
  secret?: string | null;
}

/** The descriptor of a process's secret: the first one without another meaning. */
export const SECRET_DESCRIPTOR = 3;

/** How a process ended: exactly one of both is not null. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** True if the guardian ended it, because this worker stood still and counted as dead. */
  byGuardian: boolean;
}

/** A started process group with all its descendants. */
export interface LaunchedProcess {
  /** Resolves when the process runs; rejects if it could not be started. */
  readonly spawned: Promise<{ pid: number; pgid: number }>;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Resolves when the first process has ended; also when it was never started, or could not be ended (code null, signal
   * null). Never rejects.
   */
  readonly exited: Promise<Exit>;
  /** Sends a signal to the whole process group; false if no process of it is left to receive one. */
  signal(signal: NodeJS.Signals): boolean;
  /** Suspends the group and what left it. Resolves when all stand still, or when it is resumed. Never rejects. */
  pause(): Promise<void>;
  /** Continues everything that was suspended. Never rejects. */
  resume(): Promise<void>;
  /**
   * Ends the group and what left it for its own session: SIGTERM, a grace period, SIGKILL. Resolves when no
   * process of it is left, with those that could not be ended because they belong to another user; what they wrote can
   * still be read. Calling it again returns the same promise, and the shorter grace period counts. Never rejects.
   */
  end(graceMs: number): Promise<readonly LeftProcess[]>;
}

/** The port through which every agent process is started. Never throws. */
export type Launch = (spec: LaunchSpec) => LaunchedProcess;
