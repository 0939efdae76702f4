export { ModelRelay, type ModelRelayOptions, type Pass } from './model-relay.ts';
export type { ModelAccess } from './model-access.ts';
