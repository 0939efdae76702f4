export * from './app.ts';
export { whoNeedsKey, type Guard, type KeyNeed } from './guard.ts';
export * from './health-route.ts';
export * from './lineage.ts';
export * from './listen.ts';
