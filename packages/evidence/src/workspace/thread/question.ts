/** A request to the thread that scans; `snapshotted` and `release` have no answer. */
export type Question =
  | {
      ask: 'begin';
      root: string;
      leaveOut: readonly string[];
      earlier: number | null;
      beside?: number | null;
    }
  | { ask: 'changes'; scan: number }
  | { ask: 'state'; scan: number; whole: boolean }
  | { ask: 'snapshotted'; scan: number; snapshot: string }
  | { ask: 'release'; scan: number };
