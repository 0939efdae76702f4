export * from './app.ts';
export type { Guard } from './guard.ts';
export * from './health-route.ts';
export * from './lineage.ts';
export * from './listen.ts';
