import type { CheckRun, ToolCall, WorkspaceChanges } from '@cc-executor/contracts';
import type { ClaimedFile } from './claimed-files.ts';

/** The observed facts about an attempt. */
export interface Facts {
  /** When its agent was started, in milliseconds since 1970. */
  startedAt: number;
  /** The files that the answer names, by the name in it. */
  files: ReadonlyMap<string, ClaimedFile>;
  /** The changes from before the agent to its end; null: unknown. */
  changes: WorkspaceChanges | null;
  /** The paths that changed before the agent was started. */
  earlier: ReadonlySet<string>;
  toolCalls: readonly ToolCall[];
  toolCallsBeyond: number;
  checks: readonly CheckRun[];
  /** False if the agent resumed a conversation: what it did before is missing here. */
  isWhole: boolean;
}
