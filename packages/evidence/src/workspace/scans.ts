import type { WorkspaceChanges } from '@cc-executor/contracts';
import { compare } from './compare.ts';
import { Pace } from './pace.ts';
import { Rules, RULES_FILE } from './rules.ts';
import { walk, type Walked } from './walk.ts';
import { stateOf, type Snapshotted, type WalkedState } from './walked-state.ts';

/** The deadline for one scan of a workspace, in milliseconds. */
const SCAN_MS = 15_000;

interface Scan {
  root: string;
  leaveOut: readonly string[];
  rules: Rules;
  before: Walked;
  /** The last walk since; null: none. */
  after: Walked | null;
  /** True if a .gitignore has changed: the rules of this scan are not those of the next. */
  hasNewRules: boolean;
  /** The last walk that a snapshot was made from; null: there was none. */
  snapshotted: Snapshotted | null;
  /** The walk of which the state was asked last. */
  asked: Walked | null;
}

/** The current scans of workspaces, by number; their data stays in the thread. */
export class Scans {
  readonly #scans = new Map<number, Scan>();
  #last = 0;

  /** The number of scans that are not released yet. */
  get open(): number {
    return this.#scans.size;
  }

  /**
   * Scans a workspace, and returns the number of the scan. `earlier`: a finished scan of it; what it
   * saw last is the start of this one. `beside`: an earlier scan of it that stays; this one begins with its own walk,
   * and knows the same snapshot.
   */
  async begin(
    root: string,
    leaveOut: readonly string[],
    { earlier, beside = null }: { earlier: number | null; beside?: number | null },
  ): Promise<number> {
    this.#last += 1;
    const number = this.#last;
    const old = this.#scans.get(earlier ?? beside ?? 0);
    if (earlier !== null) this.release(earlier);
    const isSameRoot = old?.root === root;
    if (earlier !== null && old?.after && !old.hasNewRules && isSameRoot) {
      this.#scans.set(number, { ...old, before: old.after, after: null });
      return number;
    }
    const rules = new Rules(leaveOut);
    const seen = isSameRoot ? (old.after ?? old.before) : null;
    const before = await walk(root, rules, { learns: true, pace: new Pace(SCAN_MS), earlier: seen });
    const snapshotted = isSameRoot ? old.snapshotted : null;
    const scan = { root, leaveOut, rules, before, after: null, hasNewRules: false, asked: null };
    this.#scans.set(number, { ...scan, snapshotted });
    return number;
  }

  /** Returns what changed since the scan started. May be called repeatedly. */
  async changes(number: number): Promise<WorkspaceChanges> {
    const scan = this.#scan(number);
    const pace = new Pace(SCAN_MS);
    const after = await walk(scan.root, scan.rules, { learns: false, pace, earlier: scan.before });
    const changes = await compare(scan.root, scan.before, after, pace);
    scan.after = after;
    scan.hasNewRules = changes.changes.some(
      ({ path }) => path === RULES_FILE || path.endsWith(`/${RULES_FILE}`),
    );
    return changes;
  }

  /**
   * Returns what a snapshot of the workspace is made from, by the last walk. `whole`: as if there were no earlier
   * snapshot. Throws when that walk did not look everywhere.
   */
  state(number: number, whole: boolean): WalkedState {
    const scan = this.#scan(number);
    const walked = scan.after ?? scan.before;
    if (walked.cut !== null) throw new Error(walked.cut);
    const fault = walked.unseen.has('') ? walked.faults[0] : undefined;
    if (fault !== undefined) throw new Error(fault);
    scan.asked = walked;
    return stateOf(walked, whole ? null : scan.snapshotted);
  }

  /** Counts the walk of which the state was asked last as the one that this snapshot was made from. */
  snapshotted(number: number, snapshot: string): void {
    const scan = this.#scan(number);
    if (scan.asked) scan.snapshotted = { walked: scan.asked, snapshot };
  }

  release(number: number): void {
    this.#scans.delete(number);
  }

  #scan(number: number): Scan {
    const scan = this.#scans.get(number);
    if (!scan) throw new RangeError(`There is no scan ${String(number)}.`);
    return scan;
  }
}
