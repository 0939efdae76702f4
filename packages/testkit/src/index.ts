export { processIsAlive } from './processes.ts';
export { waitFor } from './wait-for.ts';
