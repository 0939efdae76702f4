import type { CheckRun, ToolCall, WorkspaceChanges } from '@cc-executor/contracts';
import type { ClaimedFile } from './claimed-files.ts';

/** What is known of an attempt beside what its agent says. */
export interface Facts {
  /** When its agent was started, in milliseconds since 1970. */
  startedAt: number;
  /** The files that the answer names, by how it names them. */
  files: ReadonlyMap<string, ClaimedFile>;
  /** From before the agent to its end; null: not known. */
  changes: WorkspaceChanges | null;
  /** The paths of what changed before the agent was started. */
  earlier: ReadonlySet<string>;
  toolCalls: readonly ToolCall[];
  toolCallsBeyond: number;
  checks: readonly CheckRun[];
  /** False where the agent went on in a conversation: what it did before is not among these. */
  isWhole: boolean;
}
