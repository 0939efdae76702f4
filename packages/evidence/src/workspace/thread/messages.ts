import type { WorkspaceChanges } from '@cc-executor/contracts';
import type { WalkedState } from '../walked-state.ts';

/** A request to the thread, with its own number. */
export type Question = { id: number } & (
  | { ask: 'begin'; root: string; leaveOut: readonly string[]; earlier: number | null }
  | { ask: 'changes'; look: number }
  | { ask: 'state'; look: number; whole: boolean }
  | { ask: 'snapshotted'; look: number; snapshot: string }
  | { ask: 'release'; look: number }
);

/** What it answers; `snapshotted` and `release` have no answer. */
export interface Answer {
  id: number;
  /** How many scans the thread holds. */
  open: number;
  /** The number of a look, what has changed since, or what a snapshot is made from; a text: what went wrong. */
  answer: number | WorkspaceChanges | WalkedState | string;
}
