export type * from '@cc-executor/contracts';
export * from './cc-executor.ts';
export * from './errors.ts';
export type { Followed, FollowOptions, Gap, Reset } from './events.ts';
export { Execution, type ControlAnswer, type OutputOptions } from './execution.ts';
export * from './short-forms.ts';
