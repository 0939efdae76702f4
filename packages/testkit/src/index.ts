export * from './scripted-model/index.ts';
export { processIsAlive } from './processes.ts';
export { waitFor } from './wait-for.ts';
