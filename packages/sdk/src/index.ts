export type * from '@cc-executor/contracts';
export type { AnswerOptions, JsonSchema, TypedSchema } from './answer-form.ts';
export { patiently } from './backoff.ts';
export * from './cc-executor.ts';
export { setDefaultClient } from './default-client.ts';
export * from './errors.ts';
export type { Followed, FollowOptions, Gap, Reset } from './events.ts';
export type { ExecutionSearchOptions, SearchOptions } from './search.ts';
export type { FeedGap, FeedHead, FeedOptions, FeedReset, FollowedFeed } from './feed.ts';
export {
  Execution,
  type CallOptions,
  type ControlAnswer,
  type OutputOptions,
  type ReportOptions,
  type RerunOptions,
} from './execution.ts';
export { exportExecutionHistory, type ExportOptions } from './export-execution-history.ts';
export { generateReport } from './generate-report.ts';
export type { HistoryOptions } from './history.ts';
export * from './short-forms.ts';
export type { CommandTask, PromptTask, Task, ToolTask } from './task.ts';
export type {
  ChangesOptions,
  DiffOptions,
  FileOptions,
  FilesOptions,
  RestoreOptions,
  SnapshotOptions,
} from './snapshots.ts';
