export { ModelRelay, type ModelRelayOptions, type Pass, type Seen } from './model-relay.ts';
export type { Budget } from './budget.ts';
export type { ModelAccess } from './model-access.ts';
export { ModelServer } from './model-server.ts';
