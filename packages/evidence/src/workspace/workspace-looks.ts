import type { WorkspaceChanges } from '@cc-executor/contracts';
import { startLookThread, type LookThread } from './thread/look-thread.ts';
import type { WalkedState } from './walked-state.ts';

/** A scan of a workspace from before a task. */
export interface WorkspaceLook {
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
export class WorkspaceLooks {
  readonly #leaveOut: readonly string[];
  #thread: LookThread;

  /** `leaveOut`: what is skipped in addition to the defaults and .gitignore files; patterns in the syntax of .gitignore. */
  constructor(leaveOut: readonly string[] = []) {
    this.#leaveOut = leaveOut;
    this.#thread = startLookThread();
  }

  /**
   * Scans a workspace, by its absolute path. `earlier`: the scan of the previous task in the same run; what it saw
   * last is where this one begins, and it is released. `leaveOut`: more that is not looked at in this one.
   */
  async begin(
    workspace: string,
    earlier: WorkspaceLook | null = null,
    leaveOut: readonly string[] = [],
  ): Promise<WorkspaceLook> {
    return await this.#begin(workspace, leaveOut, { earlier, beside: null });
  }

  /** Scans a workspace beside another scan of it, which stays: this one knows its last snapshot. */
  async beginBeside(
    workspace: string,
    beside: WorkspaceLook,
    leaveOut: readonly string[] = [],
  ): Promise<WorkspaceLook> {
    return await this.#begin(workspace, leaveOut, { earlier: null, beside });
  }

  async #begin(
    workspace: string,
    leaveOut: readonly string[],
    { earlier, beside }: { earlier: WorkspaceLook | null; beside: WorkspaceLook | null },
  ): Promise<WorkspaceLook> {
    if (this.#thread.isGone) this.#thread = startLookThread();
    const thread = this.#thread;
    const numberOf = (look: WorkspaceLook | null) =>
      look instanceof Look && look.thread === thread ? look.number : null;
    try {
      const all = [...this.#leaveOut, ...leaveOut];
      const others = { earlier: numberOf(earlier), beside: numberOf(beside) };
      const question = { root: workspace, leaveOut: all, ...others };
      return new Look(thread, await thread.ask<number>({ ask: 'begin', ...question }));
    } catch (error) {
      return failedLook((error as Error).message);
    }
  }

  async close(): Promise<void> {
    await this.#thread.end();
  }
}

class Look implements WorkspaceLook {
  readonly thread: LookThread;
  readonly number: number;

  constructor(thread: LookThread, number: number) {
    this.thread = thread;
    this.number = number;
  }

  async changes(): Promise<WorkspaceChanges> {
    try {
      return await this.thread.ask<WorkspaceChanges>({ ask: 'changes', look: this.number });
    } catch (error) {
      return nothingKnown((error as Error).message);
    }
  }

  async state({ whole = false } = {}): Promise<WalkedState> {
    return await this.thread.ask<WalkedState>({ ask: 'state', look: this.number, whole });
  }

  snapshotted(snapshot: string): void {
    const { number: look } = this;
    if (!this.thread.isGone) this.thread.ask({ ask: 'snapshotted', look, snapshot }).catch(() => undefined);
  }

  release(): void {
    if (!this.thread.isGone) this.thread.ask({ ask: 'release', look: this.number }).catch(() => undefined);
  }
}

function failedLook(why: string): WorkspaceLook {
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
