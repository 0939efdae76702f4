import type { EventData } from '@cc-executor/contracts';
import type { Readable, Writable } from 'node:stream';
import type { LeftProcess } from './left-process.ts';

/** A process to start, without a shell. */
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
  /** A text that the process can read once, and its children cannot. Default: none. */
  secret?: Secret | null;
  /** The job of a program that waits for one; its cwd is a real path. Default: none. */
  work?: Work | null;
  /** The container to run it in; null: none. Default: none. */
  box?: AttemptContainer | null;
}

/** Work for a program that waits for it, so that it can be started before the attempt is there. */
export interface Work {
  /** Variables of the attempt, which the program adds to the environment of what it starts. */
  variables: Readonly<Record<string, string>>;
  /** The job, as JSON has it. */
  spec: unknown;
}

/** A container that one attempt gets for itself. Its working directory is its workspace. */
export interface AttemptContainer {
  executionId: string;
  /** From 1. */
  task: number;
  /** From 1. */
  attempt: number;
  /** The fencing number of the lease under which it runs. */
  generation: number;
  /** The name of an image that the launcher allows; null: its default. */
  image: string | null;
  /** True for an agent, which gets its program, its files of the execution and a way to the model. Default: false. */
  agent?: boolean;
  /** Whether it may only read its workspace. Default: false. */
  readOnly?: boolean;
  /** Folders that it sees beside its workspace, by their absolute real paths. */
  folders: readonly { path: string; write: boolean }[];
  /** The name of its way to other hosts; null: it reaches none. Default: none. */
  network?: string | null;
  /** Whether it sees the results of earlier tasks. Default: false. */
  results?: boolean;
  /** The box that is likely to be requested when this attempt has ended, in the same folder. Default: it is not known. */
  next?: Omit<AttemptContainer, 'next'> | null;
}

/** A text for one process alone. */
export interface Secret {
  text: string;
  /** The variable in which the process finds the number of the descriptor that has the text. */
  variable: string;
}

/** The event of what was started; callers only pass it on. */
export type Started =
  | { type: 'task.process'; data: EventData<'task.process'> }
  | { type: 'task.container'; data: EventData<'task.container'> };

/** Why nothing was started. The message is the system's own. */
export class NotStartedError extends Error {
  override name = 'NotStartedError';
  /** The missing entry; null: another error, or unknown. */
  readonly missing: 'folder' | 'program' | null;

  constructor(message: string, missing: NotStartedError['missing'], options?: ErrorOptions) {
    super(message, options);
    this.missing = missing;
  }
}

/** How a process ended: at most one of both is not null. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The outside cause of its end: the outcome of its attempt, and the reason; null: none is known. */
  because: { outcome: 'worker_lost' | 'out_of_memory' | 'spawn_failed'; message: string } | null;
  /** An additional note for people, as a sentence; null: none. */
  note: string | null;
}

/** A started process with all its descendants: a handle that does not say where they run. */
export interface LaunchedProcess {
  /** Resolves when the process runs; rejects with a NotStartedError if it could not be started. */
  readonly started: Promise<Started>;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Resolves when the first process has ended; also when it was never started, or could not be ended (code null, signal
   * null). Never rejects.
   */
  readonly exited: Promise<Exit>;
  /** Sends a signal to the whole process group; false if no process of it is left to receive one. Never rejects. */
  signal(signal: NodeJS.Signals): Promise<boolean>;
  /** Suspends the group and what left it. Resolves when all of them are stopped, or when it is resumed. Never rejects. */
  pause(): Promise<void>;
  /** Continues everything that was suspended. Never rejects. */
  resume(): Promise<void>;
  /**
   * Ends the group and what left it for its own session: SIGTERM, a grace period, SIGKILL. Resolves when no
   * process of it is left, with those that could not be ended because they belong to another user; what they wrote can
   * still be read. Calling it again returns the same promise, and the shorter grace period counts. Never rejects.
   */
  end(graceMs: number): Promise<readonly LeftProcess[]>;
  /** Starts the same program ahead, for work of the next attempt. Absent: nothing is started ahead. Does not throw. */
  readonly ahead?: () => void;
}

/** The port through which every agent process is started. Never throws. */
export type Launch = (spec: LaunchSpec) => LaunchedProcess;
