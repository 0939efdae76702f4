export { ModelRelay, type ModelRelayOptions, type Pass } from './model-relay.ts';
export type { FailedAnswer, Seen } from './seen.ts';
export type { AnswerCost, Budget } from './budget.ts';
export type { ModelAccess } from './model-access.ts';
export { ModelServer } from './model-server.ts';
