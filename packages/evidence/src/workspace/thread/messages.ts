import type { WorkspaceChanges } from '@cc-executor/contracts';

/** What the thread is asked, each with a number of its own. */
export type Question = { id: number } & (
  | { ask: 'begin'; root: string; leaveOut: readonly string[]; earlier: number | null }
  | { ask: 'changes'; look: number }
  | { ask: 'release'; look: number }
);

/** What it answers; `release` has no answer. */
export interface Answer {
  id: number;
  /** The number of a look, or what has changed since; a text: what went wrong. */
  answer: number | WorkspaceChanges | string;
}
