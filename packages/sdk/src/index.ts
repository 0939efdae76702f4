export type * from '@cc-executor/contracts';
export * from './cc-executor.ts';
export { setDefaultClient } from './default-client.ts';
export * from './errors.ts';
export type { Followed, FollowOptions, Gap, Reset } from './events.ts';
export { Execution, type ControlAnswer, type OutputOptions } from './execution.ts';
export { exportExecutionHistory, type ExportOptions } from './export-execution-history.ts';
export type { HistoryOptions } from './history.ts';
export * from './short-forms.ts';
