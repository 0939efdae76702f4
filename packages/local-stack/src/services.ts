import { createRequire } from 'node:module';
import type { ServiceEntry } from './children/service.ts';

const require = createRequire(import.meta.url);

/** The services of the stack. They end in reverse order: first the worker, so that the others can report it. */
export const SERVICES: readonly ServiceEntry[] = [
  { name: 'api', main: require.resolve('@cc-executor/api') },
  { name: 'gateway', main: require.resolve('@cc-executor/gateway') },
  { name: 'worker', main: require.resolve('@cc-executor/worker') },
];
