export type * from './agent.ts';
export type * from './launch/launch.ts';
