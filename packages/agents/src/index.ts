export * from './agent.ts';
export type * from './launch/launch.ts';
export { commandAgent } from './command/command-agent.ts';
export { commandEnvironment } from './environment.ts';
export { launchLocal } from './launch/local.ts';
