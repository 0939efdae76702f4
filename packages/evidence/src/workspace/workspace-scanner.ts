import type { WorkspaceChanges } from '@cc-executor/contracts';
import { startScanThread, type ScanThread } from './thread/scan-thread.ts';
import type { WalkedState } from './walked-state.ts';

/** A scan of a workspace from before a task. */
export interface WorkspaceScan {
  /** Returns what changed in the workspace since; may be called repeatedly. Never rejects: `incomplete` reports failures. */
  changes(): Promise<WorkspaceChanges>;
  /**
   * Returns what a snapshot of the workspace is made from, by the last walk, which was that of `changes` or of the begin.
   * `whole`: as if there were no earlier snapshot. Rejects when that walk did not look everywhere.
   */
  state(options?: { whole?: boolean }): Promise<WalkedState>;
  /** Reports that a snapshot was made from the state that was requested last. */
  snapshotted(snapshot: string): void;
  /** Releases its data. Call it at the end. */
  release(): void;
}

/** Scans workspaces before and after tasks, in a separate thread; changes nothing in them. */
export class WorkspaceScanner {
  readonly #leaveOut: readonly string[];
  #thread: ScanThread;

  /** `leaveOut`: what is skipped in addition to the defaults and .gitignore files; patterns in the syntax of .gitignore. */
  constructor(leaveOut: readonly string[] = []) {
    this.#leaveOut = leaveOut;
    this.#thread = startScanThread();
  }

  /**
   * Scans a workspace, by its absolute path. `earlier`: the scan of the previous task in the same run; what it saw
   * last is where this one begins, and it is released. `leaveOut`: more that is not looked at in this one.
   */
  async begin(
    workspace: string,
    earlier: WorkspaceScan | null = null,
    leaveOut: readonly string[] = [],
  ): Promise<WorkspaceScan> {
    return await this.#begin(workspace, leaveOut, { earlier, beside: null });
  }

  /** Scans a workspace beside another scan of it, which stays: this one knows its last snapshot. */
  async beginBeside(
    workspace: string,
    beside: WorkspaceScan,
    leaveOut: readonly string[] = [],
  ): Promise<WorkspaceScan> {
    return await this.#begin(workspace, leaveOut, { earlier: null, beside });
  }

  async #begin(
    workspace: string,
    leaveOut: readonly string[],
    { earlier, beside }: { earlier: WorkspaceScan | null; beside: WorkspaceScan | null },
  ): Promise<WorkspaceScan> {
    if (this.#thread.isGone) this.#thread = startScanThread();
    const thread = this.#thread;
    const numberOf = (scan: WorkspaceScan | null) =>
      scan instanceof Scan && scan.thread === thread ? scan.number : null;
    try {
      const all = [...this.#leaveOut, ...leaveOut];
      const others = { earlier: numberOf(earlier), beside: numberOf(beside) };
      const question = { root: workspace, leaveOut: all, ...others };
      return new Scan(thread, await thread.ask<number>({ ask: 'begin', ...question }));
    } catch (error) {
      return failedScan((error as Error).message);
    }
  }

  async close(): Promise<void> {
    await this.#thread.end();
  }
}

class Scan implements WorkspaceScan {
  readonly thread: ScanThread;
  readonly number: number;

  constructor(thread: ScanThread, number: number) {
    this.thread = thread;
    this.number = number;
  }

  async changes(): Promise<WorkspaceChanges> {
    try {
      return await this.thread.ask<WorkspaceChanges>({ ask: 'changes', scan: this.number });
    } catch (error) {
      return nothingKnown((error as Error).message);
    }
  }

  async state({ whole = false } = {}): Promise<WalkedState> {
    return await this.thread.ask<WalkedState>({ ask: 'state', scan: this.number, whole });
  }

  snapshotted(snapshot: string): void {
    const { number: scan } = this;
    if (!this.thread.isGone) this.thread.ask({ ask: 'snapshotted', scan, snapshot }).catch(() => undefined);
  }

  release(): void {
    if (!this.thread.isGone) this.thread.ask({ ask: 'release', scan: this.number }).catch(() => undefined);
  }
}

function failedScan(why: string): WorkspaceScan {
  return {
    changes: () => Promise.resolve(nothingKnown(why)),
    state: () => Promise.reject(new Error(`it could not be scanned: ${why}`)),
    snapshotted: () => undefined,
    release: () => undefined,
  };
}

/** The result for a workspace that could not be scanned. */
function nothingKnown(why: string): WorkspaceChanges {
  return {
    files_before: null,
    files_after: null,
    added: 0,
    changed: 0,
    removed: 0,
    changes: [],
    left_out: 0,
    incomplete: [`it could not be scanned: ${why}`],
  };
}
