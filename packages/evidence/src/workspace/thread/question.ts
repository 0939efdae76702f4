/** A request to the thread that scans; `snapshotted` and `release` have no answer. */
export type Question =
  | {
      ask: 'begin';
      root: string;
      leaveOut: readonly string[];
      earlier: number | null;
      beside?: number | null;
    }
  | { ask: 'changes'; look: number }
  | { ask: 'state'; look: number; whole: boolean }
  | { ask: 'snapshotted'; look: number; snapshot: string }
  | { ask: 'release'; look: number };
